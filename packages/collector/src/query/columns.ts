import { EVENT_FIELDS, EVENT_TYPES, type EventType, type FieldTable, readSpec } from "@sojourn/core/model";
import { TABLES } from "../rows/events.js";

/** Columns of every event table that stand beside an event's own fields. `date` and `received_at` come as epoch ms. */
export const CONTEXT_COLUMNS = [
  "application_id",
  "page_id",
  "seq",
  "date",
  "received_at",
  "session_id",
  "session_type",
  "tab_id",
  "service",
  "env",
  "version",
  "user_id",
  "visitor_id",
  "user_name",
  "user_email",
  "account_id",
  "account_name",
  "view_id",
  "view_url",
  "view_host",
  "view_path",
  "view_path_group",
  "view_url_query",
  "view_name",
  "view_referrer",
  "ip",
  "country",
  "browser",
  "browser_version",
  "os",
  "os_version",
  "device",
  "bot",
  "context",
] as const;

const TIMES = new Set(["date", "received_at"]);
/** What the collector finds out about an event. */
const DERIVED: Partial<Record<EventType, readonly string[]>> = {
  error: ["error_frames"],
  resource: ["resource_host", "resource_path", "resource_path_group", "resource_url_query", "resource_status_group"],
};

/** Fields that hold JSON, by type of event. */
export const JSON_FIELDS: ReadonlyMap<EventType, readonly string[]> = new Map(
  EVENT_TYPES.map((type) => [
    type,
    [
      "context",
      "error_frames",
      ...Object.entries(EVENT_FIELDS[type] as FieldTable)
        .filter(([, spec]) => ["object", "list"].includes(readSpec(spec).kind))
        .map(([field]) => field),
    ],
  ]),
);

/** The SELECT that reads one type of event, each once. `where` is SQL of this program. */
export function selectEvents(type: EventType, where: string): string {
  const own = [...Object.keys(EVENT_FIELDS[type]), ...(DERIVED[type] ?? [])];
  const columns = [...CONTEXT_COLUMNS, ...own].map((name) =>
    TIMES.has(name) ? `toUnixTimestamp64Milli(${name}) AS ${name}_ms` : name,
  );
  // A filter must only see the row that stays: versions of a view differ, and so do copies of an event that were written
  // before and after its session's id was confirmed.
  return `SELECT '${type}' AS type, ${columns.join(", ")} FROM ${TABLES[type]} FINAL WHERE ${where}`;
}
