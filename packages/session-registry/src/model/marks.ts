import { createHash } from "node:crypto";
import { anonymizeAddress, programOf } from "@sojourn/client-info";
import { DAY, type EpochMs } from "../clock.js";
import type { StoredClient } from "./session.js";

/** Something that a user was seen with before. */
export interface Mark {
  /** `f:` a fingerprint, `d:` a device's cookie, `c:` a country, `l:` an old token that was ended. */
  readonly mark: string;
  readonly seenAt: EpochMs;
}

export const MARK_MS = { fingerprint: 120 * DAY, device: 365 * DAY, country: 365 * DAY } as const;
/** Marks of one user; beyond it the oldest go. */
export const MAX_MARKS = 300;
/** The longest that any is kept. */
export const MARKS_KEPT_MS = 400 * DAY;

const short = (parts: readonly unknown[]) =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);

/**
 * What makes a sign-in one of a known kind: program, system, kind of device, and the network. Far too coarse to name a
 * device by, which is why nothing is ever let in by it.
 */
export function fingerprintOf({ address = "", asn, info }: StoredClient): string {
  const network = asn === undefined ? anonymizeAddress(address, "truncate") : `AS${asn}`;
  return `f:${short([programOf(info)?.name ?? "", info.os?.name ?? "", info.device?.type ?? "", network])}`;
}

export const deviceMark = (deviceHash: string): string => `d:${deviceHash}`;
export const countryMark = (country: string): string => `c:${country}`;
export const spentMark = (legacyHash: string): string => `l:${legacyHash}`;

export const isKnown = (marks: readonly Mark[], mark: string, now: EpochMs, forMs: number): boolean =>
  marks.some((one) => one.mark === mark && now - one.seenAt <= forMs);

/** What a client leaves behind. */
export function marksOf(client: StoredClient, deviceHash: string | undefined, seenAt: EpochMs): Mark[] {
  const { country } = client;
  return [
    { mark: fingerprintOf(client), seenAt },
    ...(deviceHash ? [{ mark: deviceMark(deviceHash), seenAt }] : []),
    ...(country ? [{ mark: countryMark(country), seenAt }] : []),
  ];
}
