import { EVENT_FIELDS, EVENT_TYPES, type FieldTable, type Kind, readSpec } from "@sojourn/core/model";
import { CONTEXT_COLUMNS } from "../query/columns.js";
import { ERROR_STATES, TREND_PARTS } from "../query/errors.js";
import { VITALS } from "../query/vitals.js";

/** A JSON Schema, as OpenAPI 3.1 has them. */
export type Schema = { readonly [key: string]: unknown };

const string: Schema = { type: "string" };
const integer: Schema = { type: "integer" };
const count: Schema = { type: "integer", minimum: 0 };
const nanoseconds: Schema = { type: "integer", description: "Nanoseconds." };
const epoch: Schema = { type: "integer", description: "Epoch milliseconds." };
const counts: Schema = { type: "object", additionalProperties: count };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** All of these, and nothing else. */
const exactly = (properties: Record<string, Schema>): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const named = (names: readonly string[], schema: Schema) => Object.fromEntries(names.map((name) => [name, schema]));
const next: Schema = { ...orNull(string), description: "The `cursor` of the next part; null at the end." };

const OF_KIND: Partial<Record<Kind, Schema>> = {
  ms: epoch,
  ns: nanoseconds,
  count,
  bytes: { type: "integer", description: "Bytes." },
  number: { type: "number" },
  flag: { type: "boolean" },
  object: { type: "object" },
  list: { type: "array" },
};
const ofKind = (kind: Kind) => OF_KIND[kind] ?? string;

const EVENT_PROPERTIES: Record<string, Schema> = {
  ...named(CONTEXT_COLUMNS, string),
  ...Object.assign(
    {},
    ...EVENT_TYPES.map((type) =>
      Object.fromEntries(
        Object.entries(EVENT_FIELDS[type] as FieldTable).map(([name, spec]) => [name, ofKind(readSpec(spec).kind)]),
      ),
    ),
  ),
  type: { type: "string", enum: EVENT_TYPES },
  seq: count,
  date: epoch,
  received_at: epoch,
  bot: { type: "boolean" },
  context: { type: "object" },
  error_frames: listOf({ type: "object" }),
};

/** Of a client, as a server saw it. */
const SEEN = [
  ...["host", "ip", "country", "browser", "browser_version", "os", "os_version"],
  ...["device", "device_vendor", "device_model", "app", "app_version"],
];
const IDENTITY = exactly({
  authenticated: listOf(exactly({ user_id: string, first_at: epoch, last_at: epoch })),
  identity_source: { type: "string", enum: ["authenticated", "asserted", "none"] },
  identity_conflict: { type: "boolean" },
  connections: count,
});

const FIGURES = ["p50", "p75", "p90", "p95"] as const;
const VITAL = exactly({
  samples: count,
  ...named(FIGURES, orNull({ type: "number" })),
  good: count,
  needs_improvement: count,
  poor: count,
  ...named(["good_share", "needs_improvement_share", "poor_share"], orNull({ type: "number", minimum: 0, maximum: 1 })),
  coverage: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "Share of the views that could have it whose browser measures it.",
  },
});

const CAUSE: Record<string, Schema> = { count, p75: { type: "number" } };

const PLACES = ["id", "url", "host", "path", "path_group", "url_query"];
const LEDGER: Record<string, Schema> = {
  ...named(["pages", "claimed", "stored", "missing", "late"], count),
  rejected: counts,
  dropped: counts,
};
const GROUP = exactly({
  ...named(
    ["application_id", "error_fingerprint", "error_type", "error_message", "error_source", "error_handling"],
    string,
  ),
  ...named(["count", "sessions", "users"], count),
  ...named(["first_seen", "last_seen", "state_changed_at"], epoch),
  ...named(["first_release", "last_release", "state_release"], string),
  example: exactly({ ...named(["page_id", "session_id", "view_id"], string), seq: integer }),
  trend: { ...listOf(count), minItems: TREND_PARTS, maxItems: TREND_PARTS },
  state: { type: "string", enum: ERROR_STATES },
});

/** What answers are made of. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: exactly({
    error: {
      type: "object",
      properties: {
        code: { ...string, description: "A stable word for programs." },
        message: { ...string, description: "A sentence for people." },
        field: { ...string, description: "What it is about." },
      },
      required: ["code", "message"],
      additionalProperties: false,
    },
  }),
  Status: exactly({ status: string }),
  Session: exactly({
    ...named(["application_id", "session_id", "session_referrer"], string),
    session_type: { type: "string", enum: ["user", "synthetics"] },
    ...named(
      ["first", "last"].flatMap((which) => PLACES.map((place) => `session_${which}_view_${place}`)),
      string,
    ),
    session_has_replay: { type: "boolean" },
    time_spent: nanoseconds,
    ...named(
      ["view", "error", "resource", "action", "long_task"].map((type) => `session_${type}_count`),
      count,
    ),
    date: epoch,
    ...named(["user_id", "ip", "browser", "browser_version", "os", "os_version", "device", "country"], string),
  }),
  Event: {
    type: "object",
    description: "Fields that hold nothing are absent.",
    properties: EVENT_PROPERTIES,
    required: ["type", "date", "application_id", "page_id", "seq"],
  },
  SessionList: exactly({ items: listOf(ref("Session")), next }),
  SessionDetail: exactly({
    session: ref("Session"),
    views: listOf(ref("Event")),
    events: listOf(ref("Event")),
    identity: IDENTITY,
  }),
  EventList: exactly({ items: listOf(ref("Event")), next }),
  ErrorGroup: GROUP,
  ErrorList: exactly({ items: listOf(ref("ErrorGroup")), next }),
  ErrorDetail: exactly({
    group: ref("ErrorGroup"),
    by: { type: "object", additionalProperties: listOf(exactly({ value: string, count })) },
    examples: listOf(ref("Event")),
  }),
  ErrorWord: exactly({ application_id: string, error_fingerprint: string, state: string, release: string }),
  Vitals: exactly({
    items: listOf(
      exactly({
        group: { type: ["string", "integer", "null"] },
        views: count,
        sessions: count,
        vitals: exactly(named(Object.keys(VITALS), VITAL)),
      }),
    ),
    vitals_definition: string,
    definitions: counts,
    weighed: { type: "boolean", description: "Percentiles and shares weigh each view by how many it stands for." },
  }),
  Attribution: exactly({
    largest_contentful_paint: listOf(
      exactly({
        ...CAUSE,
        selector: string,
        url: string,
        parts: exactly(named(["first_byte", "load_delay", "load_time", "render_delay"], nanoseconds)),
      }),
    ),
    interaction_to_next_paint: listOf(
      exactly({
        ...CAUSE,
        selector: string,
        interaction_type: string,
        parts: exactly(named(["input_delay", "processing_duration", "presentation_delay"], nanoseconds)),
      }),
    ),
    cumulative_layout_shift: listOf(exactly({ ...CAUSE, selector: string })),
    scripts: listOf(
      exactly({ url: string, function: string, count, ...named(["duration", "forced_layout"], nanoseconds) }),
    ),
    third_parties: listOf(
      exactly({
        host: string,
        ...named(["requests", "views", "failed", "transfer_size", "render_blocking"], count),
        duration_p75: orNull(nanoseconds),
        script_time: nanoseconds,
      }),
    ),
  }),
  Overhead: exactly({
    views: count,
    ...named(["time_p50", "time_p75", "time_p95"], orNull(nanoseconds)),
    time_share: orNull({ type: "number", minimum: 0, maximum: 1 }),
    ...named(["sent_bytes_p50", "sent_bytes_p95"], orNull(count)),
    sent_bytes_total: count,
  }),
  ResourceList: exactly({
    items: listOf(
      exactly({
        ...named(["resource_host", "resource_path_group", "resource_method", "resource_type"], string),
        ...named(["count", "sessions", "failed", "transfer_size"], count),
        ...named(["duration_p50", "duration_p75", "duration_p95"], orNull(nanoseconds)),
      }),
    ),
  }),
  DeliveryList: exactly({
    items: listOf(
      exactly({
        ...named(["application_id", "session_id", "session_type"], string),
        day: { type: "string", description: "UTC, such as 2026-11-25." },
        ...LEDGER,
      }),
    ),
    next,
    total: {
      ...orNull(exactly({ sessions: count, ...LEDGER })),
      description: "On the first part; null behind a cursor.",
    },
  }),
  ConnectionList: exactly({
    items: listOf(
      exactly({
        ...named(["application_id", "connection_id", "instance_id", "transport", "close_reason"], string),
        ...named(["user_id", "session_id"], string),
        ...named(["date", "last_activity_at"], epoch),
        ...named(["login_at", "logout_at", "closed_at"], orNull(epoch)),
        ...named(SEEN, string),
        ...named(["bot", "synthetic", "impersonated"], { type: "boolean" }),
      }),
    ),
    next,
  }),
  Usage: exactly({
    ...named(["from", "to"], epoch),
    ...named(["connections", "open", "users", "peak"], count),
    connected_ms: { type: "integer", description: "Milliseconds." },
    buckets: listOf(exactly({ at: epoch, peak: count, started: count })),
    by: exactly(
      named(
        ["browser", "os", "device", "app", "country", "close_reason"],
        listOf(exactly({ value: string, connections: count, users: count })),
      ),
    ),
  }),
  SignInList: exactly({
    items: listOf(
      exactly({
        ...named(["application_id", "event_id", "type", "reason", "user_id", "sign_in"], string),
        ...named(["kind", "actor_id", "auth_method"], string),
        date: epoch,
        flags: listOf(string),
        ...named(SEEN, string),
      }),
    ),
    next,
  }),
  SignInDays: exactly({
    ...named(["from", "to"], epoch),
    users: count,
    items: listOf(exactly({ ...named(["day", "type", "reason"], string), ...named(["count", "users"], count) })),
  }),
  Arrivals: exactly({
    since: epoch,
    sdk: exactly({ count, last_at: orNull(epoch) }),
    applications: listOf(
      exactly({ ...named(["application_id", "client_token"], string), beacons: count, last_at: orNull(epoch) }),
    ),
    refusals: listOf(
      exactly({
        ...named(["application_id", "code", "message", "field", "origin"], string),
        count,
        last_at: epoch,
      }),
    ),
  }),
  SourceMap: exactly({ ...named(["application_id", "release", "debug_id", "file"], string), bytes: count }),
  SignedIn: exactly({ role: { type: "string", enum: ["read", "admin"] } }),
  Taken: {
    type: "object",
    properties: {
      accepted: count,
      duplicates: count,
      rejected: listOf(exactly({ index: integer, reason: string })),
      sample_rate: { type: "number", minimum: 0, maximum: 100 },
    },
    required: ["accepted"],
  },
};
