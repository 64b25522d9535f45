import { createHash, timingSafeEqual } from "node:crypto";
import type { ApplicationConfig } from "../config/schema.js";

export interface Application {
  id: string;
  /** Percentage of sessions that SDKs are told to measure; undefined when they go by their own. */
  sampleRate: number | undefined;
  /** For how many days its events are kept. */
  retentionDays: number;
  /** True when a page of this origin may send. */
  allows(origin: string): boolean;
}

export interface Applications {
  /** The application a token belongs to; takes the same time whichever token is given. */
  byToken(token: string): Application | undefined;
  /** True when any application allows the origin: a refusal must be readable by the page before its application is known. */
  allowsAnywhere(origin: string): boolean;
}

export function createApplications(config: readonly ApplicationConfig[]): Applications {
  const applications = config.map(({ id, clientToken, origins, sampleRate, retentionDays }) => {
    const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
    const allows = (origin: string) => allowed.has("*") || allowed.has(origin.toLowerCase());
    const application: Application = { id, sampleRate, retentionDays, allows };
    return { application, digests: [clientToken].flat().map(digest) };
  });
  return {
    byToken(token) {
      const given = digest(token);
      let found: Application | undefined;
      for (const { application, digests } of applications) {
        for (const known of digests) if (timingSafeEqual(known, given)) found = application;
      }
      return found;
    },
    allowsAnywhere: (origin) => applications.some(({ application }) => application.allows(origin)),
  };
}

/** Equal lengths, so that comparing tells nothing of a token's length either. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
