import { subscriberOf } from "@sojourn/client-info";
import type { EpochMs } from "@sojourn/core/model";
import type { Config } from "../config/schema.js";
import type { Enricher } from "../enrich/index.js";
import { json, methodNotAllowed, type Refusal, refuse } from "../http/answers.js";
import type { RequestContext } from "../http/context.js";
import { createBudget, type Share } from "../lib/budget.js";
import { createLimiter } from "../lib/limiter.js";
import { type Log, silentLog } from "../lib/logger.js";
import { type DurableLog, isLogFull } from "../log/index.js";
import type { Metrics } from "../metrics/index.js";
import type { LogRecord } from "../rows/record.js";
import { createApplications } from "./applications.js";
import { readBody } from "./body.js";
import { checkBeacon } from "./check.js";
import { preflight, withCors } from "./cors.js";
import { createRecentEvents } from "./recent.js";
import { createRefusalNotes } from "./refusals.js";
import { createSessionLimit } from "./session-limit.js";
import { SILENCED, silence } from "./silence.js";

/** What bodies may take in memory at a time: all together, and those of one address. */
const MEMORY_BYTES = 128 * 1024 * 1024;
const ADDRESS_BYTES = 16 * 1024 * 1024;

export interface IntakeDeps {
  config: Pick<Config, "applications" | "limits">;
  enrich: Enricher;
  log: Pick<DurableLog, "append">;
  /** The collector's wall clock. */
  now: () => EpochMs;
  /** Hears of what is refused for its form. Default: nobody. */
  logger?: Log;
  /** Hears what became of the events of each beacon that was kept. Default: nobody. */
  counted?: Metrics["counted"];
}

/**
 * `POST /v1/rum?client_token=…`. The cheap checks come first, and nothing is kept before the last one has passed; a
 * beacon is answered when it is on disk.
 */
export function createIntake({ config, enrich, log, now, logger = silentLog, counted }: IntakeDeps) {
  const applications = createApplications(config.applications);
  const byToken = createLimiter(config.limits.perToken, now);
  const byAddress = createLimiter(config.limits.perAddress, now);
  const bySession = createSessionLimit(config.limits.perSession, now);
  const memory = createBudget(MEMORY_BYTES, ADDRESS_BYTES);
  const recent = createRecentEvents();
  const noteRefusal = createRefusalNotes(logger, now);

  return async (request: Request, context: RequestContext): Promise<Response> => {
    const address = enrich.addressOf(context.peer, request.headers);
    const share = memory.share(subscriberOf(address));
    try {
      return await take(request, address, share);
    } finally {
      share.release();
    }
  };

  async function take(request: Request, address: string, share: Share): Promise<Response> {
    const origin = request.headers.get("origin");
    const { searchParams } = new URL(request.url);
    const token = searchParams.get("client_token") ?? "";
    const application = applications.byToken(token);
    const originAllowed =
      origin === null || (application ? application.allows(origin) : applications.allowsAnywhere(origin));
    const answer = (response: Response) => withCors(response, origin, originAllowed);
    const no = (refusal: Refusal) => answer(refuse(refusal));

    if (request.method === "OPTIONS") return originAllowed ? answer(preflight()) : no(foreignOrigin(origin));
    if (request.method !== "POST") return answer(methodNotAllowed(request.method, "POST"));
    if (!application) return no(unknownToken(token));
    if (!originAllowed) return no(foreignOrigin(origin));

    const wait = byAddress.take(subscriberOf(address)) || byToken.take(application.id);
    if (wait > 0) return no(tooFast(wait));

    const body = await readBody(request, share);
    if (!body.ok) return no(body.refusal);
    const parsed = parseJson(body.text);
    if (!parsed.ok) return no(malformed("body", parsed.reason));

    const receivedAt = now();
    const checked = checkBeacon(parsed.value, receivedAt);
    if (!checked.ok) {
      noteRefusal(application.id, "beacon", 1, `${checked.flaw.field}: ${checked.flaw.reason}`);
      return no(malformed(checked.flaw.field, checked.flaw.reason));
    }
    if (checked.beacon.application_id !== application.id) return no(foreignApplication(checked.beacon.application_id));

    const sessionWait = bySession(checked.beacon);
    if (sessionWait > 0) return no(tooFast(sessionWait, "More events of one session than the limit allows."));

    const { sampleRate = 100 } = application;
    const { beacon, rejected } = sampleRate < 100 ? silence(checked, sampleRate) : checked;
    const record: LogRecord = {
      r: 1,
      retention_days: application.retentionDays,
      received_at: receivedAt,
      client: enrich.clientOf(address, request.headers, receivedAt),
      late: searchParams.get("late") === "1",
      ...beacon,
    };
    try {
      await log.append(record);
    } catch (error) {
      return no(notKept(isLogFull(error)));
    }

    const numbers = beacon.events.map(({ seq }) => seq);
    const duplicates = recent.note(`${beacon.application_id}/${beacon.page.page_id}`, numbers);
    const flawed = rejected.filter(({ reason }) => reason !== SILENCED);
    counted?.({
      accepted: numbers.length - duplicates,
      duplicate: duplicates,
      rejected: flawed.map(({ reason }) => reason),
      silenced: rejected.length - flawed.length,
    });
    if (flawed[0]) noteRefusal(application.id, "events", flawed.length, flawed[0].reason);
    if (!rejected.length && sampleRate === 100)
      return answer(new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } }));
    const rate = sampleRate < 100 ? { sample_rate: sampleRate } : {};
    return answer(json(202, { accepted: numbers.length - duplicates, duplicates, rejected, ...rate }));
  }
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, reason: "is not JSON" };
  }
}

function malformed(field: string, reason: string): Refusal {
  return { status: 400, code: "malformed", message: `${field}: ${reason}`, field };
}

function unknownToken(token: string): Refusal {
  const message =
    token === "" ? "The query has no client_token." : "The client_token belongs to no application of this collector.";
  return { status: 401, code: "unknown_token", message, field: "client_token" };
}

function foreignOrigin(origin: string | null): Refusal {
  const message = `The origin ${origin ?? ""} is not among the application's origins.`;
  return { status: 403, code: "foreign_origin", message, field: "Origin" };
}

function foreignApplication(id: string): Refusal {
  const message = `The client_token is not one of application "${id}".`;
  return { status: 403, code: "foreign_application", message, field: "application_id" };
}

function tooFast(seconds: number, message = "More beacons than the limit allows."): Refusal {
  return { status: 429, code: "too_many_requests", message, retryAfter: seconds };
}

function notKept(full: boolean): Refusal {
  const message = full
    ? "The log is full until the store takes beacons again."
    : "The beacon could not be written to disk.";
  return { status: 503, code: full ? "log_full" : "log_failed", message, retryAfter: 30 };
}
