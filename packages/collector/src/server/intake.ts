import { createHash, timingSafeEqual } from "node:crypto";
import { createAnonymizer, subscriberOf } from "@sojourn/client-info";
import type { EpochMs } from "@sojourn/core/model";
import type { ApplicationConfig, Config } from "../config/schema.js";
import type { Enricher } from "../enrich/index.js";
import { json, methodNotAllowed, type Refusal, refuse } from "../http/answers.js";
import type { RequestContext } from "../http/context.js";
import { readBody } from "../intake/body.js";
import { createBudget } from "../lib/budget.js";
import { createLimiter } from "../lib/limiter.js";
import { type DurableLog, isLogFull } from "../log/index.js";
import { checkDocuments, type ServerDocument } from "./documents.js";
import type { ServerRecord } from "./record.js";

/** What bodies of servers may take in memory at a time. */
const MEMORY_BYTES = 32 * 1024 * 1024;

export interface ServerIntakeDeps {
  config: Pick<Config, "applications" | "limits" | "address" | "addressKey" | "addressRotation">;
  enrich: Pick<Enricher, "addressOf">;
  log: Pick<DurableLog, "append">;
  /** The collector's wall clock. */
  now: () => EpochMs;
}

/**
 * `POST /v1/server` with `Authorization: Bearer <serverToken>`: what an application's own servers know of connections and
 * sign-ins. It has a token and tables of its own, which pages cannot reach: nothing that a page says ends up among what a server
 * knows. No CORS header is ever sent.
 */
export function createServerIntake({ config, enrich, log, now }: ServerIntakeDeps) {
  const byToken = tokensOf(config.applications);
  const byApplication = createLimiter(config.limits.perToken, now);
  const byAddress = createLimiter(config.limits.perAddress, now);
  const memory = createBudget(MEMORY_BYTES, MEMORY_BYTES);
  const { address: keep, addressKey: key, addressRotation: rotation } = config;
  const anonymize = createAnonymizer({ keep, key, rotation });

  /** As much of an address as may be kept. */
  function cut(document: ServerDocument): ServerDocument {
    if (document.kind === "session_user") return document;
    const at = document.kind === "connection" ? document.created_at : document.date;
    return { ...document, ip: anonymize(document.ip, at) };
  }

  return async (request: Request, context: RequestContext): Promise<Response> => {
    if (request.method !== "POST") return methodNotAllowed(request.method, "POST");
    const address = subscriberOf(enrich.addressOf(context.peer, request.headers));
    const application = byToken(/^Bearer (\S{1,256})$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "");
    if (!application) {
      const wait = byAddress.take(address);
      return refuse(wait > 0 ? tooFast(wait) : unknownToken);
    }
    const wait = byApplication.take(application.id);
    if (wait > 0) return refuse(tooFast(wait));
    const share = memory.share(address);
    try {
      const body = await readBody(request, share);
      if (!body.ok) return refuse(body.refusal);
      const checked = checkDocuments(parsed(body.text));
      if (!checked.ok) return refuse(malformed(checked.flaw.field, checked.flaw.reason));
      const { documents, rejected } = checked;
      if (documents.length > 0) {
        const record: ServerRecord = {
          r: 2,
          received_at: now(),
          application_id: application.id,
          retention_days: application.retentionDays,
          documents: documents.map(cut),
        };
        await log.append(record);
      }
      if (rejected.length > 0) return json(202, { accepted: documents.length, rejected });
      return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
    } catch (error) {
      return refuse(notKept(isLogFull(error)));
    } finally {
      share.release();
    }
  };
}

/** Takes the same time whichever token is given. */
function tokensOf(applications: readonly ApplicationConfig[]) {
  const known = applications.flatMap((application) =>
    [application.serverToken ?? []].flat().map((token) => ({ application, digest: digest(token) })),
  );
  return (token: string): ApplicationConfig | undefined => {
    const given = digest(token);
    let found: ApplicationConfig | undefined;
    for (const one of known) if (timingSafeEqual(one.digest, given)) found = one.application;
    return found;
  };
}

const digest = (token: string) => createHash("sha256").update(token).digest();

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unknownToken: Refusal = {
  status: 401,
  code: "unknown_token",
  message: "The Authorization header has no serverToken of an application of this collector.",
  field: "Authorization",
};
const tooFast = (seconds: number): Refusal => ({
  status: 429,
  code: "too_many_requests",
  message: "More requests than the limit allows.",
  retryAfter: seconds,
});
const malformed = (field: string, reason: string): Refusal => ({
  status: 400,
  code: "malformed",
  message: `${field}: ${reason}`,
  field,
});
const notKept = (full: boolean): Refusal => ({
  status: 503,
  code: full ? "log_full" : "log_failed",
  message: full
    ? "The log is full until the store takes records again."
    : "The documents could not be written to disk.",
  retryAfter: 30,
});
