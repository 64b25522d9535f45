import type {
  Beacon,
  EpochMs,
  PageContext,
  SdkContext,
  SessionBlock,
  UserContext,
  ViewContext,
  WireEvent,
} from "@sojourn/core/model";
import * as v from "valibot";
import { clean, type Flaw } from "./hygiene.js";
import { claimOf, type PageNumber, type RefusedNumber, refusedNumber } from "./numbers.js";
import { beaconSchema, eventSchemas } from "./schemas.js";
import { flawedTime } from "./times.js";

/** A beacon of which every part was checked; `events` are the good ones. */
export interface CheckedBeacon {
  application_id: string;
  sdk: SdkContext;
  page: PageContext;
  sessions: SessionBlock[];
  views: ViewContext[];
  users: UserContext[];
  events: WireEvent[];
  /** The highest event number that its page had given, where the sender told. */
  claim?: PageNumber;
  /** Of the events that were not good, those that have a number. */
  refused: RefusedNumber[];
}

export interface RejectedEvent {
  /** Place in the beacon's `events`. */
  index: number;
  reason: string;
}

export type Checked =
  | { ok: true; beacon: CheckedBeacon; rejected: RejectedEvent[] }
  /** The beacon as a whole cannot be used. */
  | { ok: false; flaw: Flaw };

/** Checks a parsed body. A flaw outside the events refuses the beacon; a flaw in an event refuses that event. */
export function checkBeacon(body: unknown, now: EpochMs): Checked {
  const bodyFlaw = cleanEnvelope(body);
  if (bodyFlaw) return { ok: false, flaw: bodyFlaw };
  const result = v.safeParse(beaconSchema, body, { abortEarly: true });
  if (!result.success) return { ok: false, flaw: flawOf(result.issues[0]) };
  // The schemas are made from the tables that the types are made from.
  const { events, ...envelope } = result.output as unknown as Omit<Beacon, "events"> & { events: unknown[] };

  const flaw = flawedEnvelope(envelope, now);
  if (flaw) return { ok: false, flaw };

  const beacon: CheckedBeacon = {
    application_id: envelope.application_id,
    sdk: envelope.sdk,
    page: envelope.page,
    sessions: envelope.sessions,
    views: envelope.views,
    users: envelope.users ?? [],
    events: [],
    refused: [],
  };
  // A time that cannot be right is no time: the collector's is.
  const madeAt = flawedTime("sent_at", envelope.sent_at, now) ? now : envelope.sent_at;
  if (envelope.seq) beacon.claim = claimOf(envelope.seq, beacon.sessions, madeAt);
  const rejected: RejectedEvent[] = [];
  for (const [index, raw] of events.entries()) {
    const event = checkEvent(raw, beacon, now);
    if (!("reason" in event)) {
      beacon.events.push(event);
      continue;
    }
    rejected.push({ index, reason: `${event.field}: ${event.reason}` });
    const refused = refusedNumber(raw, event, beacon.sessions, madeAt, now);
    if (refused) beacon.refused.push(refused);
  }
  return { ok: true, beacon, rejected };
}

function cleanEnvelope(body: unknown): Flaw | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return { field: "body", reason: "must be a JSON object" };
  }
  // Entries and not a rest pattern: an own `__proto__` must be seen.
  const envelope = Object.fromEntries(Object.entries(body).filter(([key]) => key !== "events"));
  return clean(envelope);
}

function flawedEnvelope(beacon: Omit<Beacon, "events">, now: EpochMs): Flaw | undefined {
  const pageFlaw = flawedTime("page_started_at", beacon.page.page_started_at, now);
  if (pageFlaw) return { field: "page.page_started_at", reason: pageFlaw };
  for (const [index, session] of beacon.sessions.entries()) {
    const at = `sessions[${index}]`;
    for (const name of ["session_created_at", "session_active_until_at"] as const) {
      const reason = flawedTime(name, session[name], now);
      if (reason) return { field: `${at}.${name}`, reason };
    }
    if (session.session_type !== "user" && session.session_type !== "synthetics") {
      return { field: `${at}.session_type`, reason: 'must be "user" or "synthetics"' };
    }
    for (const name of ["first_view", "last_view"] as const) {
      if ((session[name] ?? -1) >= beacon.views.length)
        return { field: `${at}.${name}`, reason: "names no entry of views" };
    }
  }
  for (const [index, view] of beacon.views.entries()) {
    const reason = flawedTime("view_started_at", view.view_started_at, now);
    if (reason) return { field: `views[${index}].view_started_at`, reason };
  }
  return undefined;
}

function checkEvent(raw: unknown, beacon: CheckedBeacon, now: EpochMs): WireEvent | Flaw {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return { field: "event", reason: "must be an object" };
  const flaw = clean(raw);
  if (flaw) return flaw;
  const { type } = raw as { type?: unknown };
  const schema = typeof type === "string" ? eventSchemas.get(type) : undefined;
  if (!schema) return { field: "type", reason: `must be one of ${[...eventSchemas.keys()].join(", ")}` };
  const result = v.safeParse(schema, raw, { abortEarly: true });
  if (!result.success) return flawOf(result.issues[0]);
  const event = result.output as WireEvent;

  const reason = flawedTime("date", event.date, now);
  if (reason) return { field: "date", reason };
  if ((event.s ?? 0) >= beacon.sessions.length) return { field: "s", reason: "names no entry of sessions" };
  if ((event.w ?? 0) >= beacon.views.length) return { field: "w", reason: "names no entry of views" };
  if (event.u !== undefined && event.u >= beacon.users.length) return { field: "u", reason: "names no entry of users" };
  return event;
}

function flawOf(issue: v.BaseIssue<unknown>): Flaw {
  const field = (issue.path ?? []).reduce(
    (path, { key }) =>
      typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
    "",
  );
  const missing = issue.kind === "schema" && issue.input === undefined;
  return { field: field || "body", reason: missing ? "is missing" : issue.message };
}
