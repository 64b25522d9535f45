import { EVENT_TYPES, type EventType } from "@sojourn/core/model";
import type { Store } from "../store/index.js";
import { JSON_FIELDS, selectEvents } from "./columns.js";
import { between, conditions, equals, type Filters, ofEvents } from "./filters.js";
import { EVENT_PARAMETERS, type ParameterName } from "./parameters.js";
import { type List, page } from "./sessions.js";

/** An event as the API shows it: flat, optional fields only where they hold something, JSON fields as values. */
export type EventItem = Record<string, unknown> & {
  type: EventType;
  date: number;
  application_id: string;
  page_id: string;
  seq: number;
  view_id: string;
};

const LIST: readonly ParameterName[] = ["from", "to", "limit", "cursor"];
export const VIEW_PARAMETERS: readonly ParameterName[] = [...EVENT_PARAMETERS, ...LIST];
export const EVENT_LIST_PARAMETERS: readonly ParameterName[] = [
  ...EVENT_PARAMETERS,
  "type",
  "trace_id",
  "error_fingerprint",
  ...LIST,
];
/** Behind the date: page and number. */
export const EVENT_TIES = 2;
/** Events of one session in its detail. */
const MOST_OF_SESSION = 10_000;

const EVENT_ONLY = EVENT_TYPES.filter((type) => type !== "view");

/** Views, each in its newest version, by start, newest first. */
export function listViews(store: Store, filters: Filters): Promise<List<EventItem>> {
  return list(store, ["view"], filters);
}

/** All events but views, newest first; of those types that can have all that is asked for. */
export function listEvents(store: Store, filters: Filters): Promise<List<EventItem>> {
  const types = EVENT_ONLY.filter(
    (type) =>
      (filters.type ?? type) === type &&
      (filters.trace_id === undefined || type === "resource") &&
      (filters.error_fingerprint === undefined || type === "error"),
  );
  return list(store, types, filters);
}

/** Everything of one session, in the order of time. */
export async function sessionEvents(
  store: Store,
  applicationId: string,
  sessionId: string,
): Promise<{ views: EventItem[]; events: EventItem[] }> {
  const where = conditions([equals("application_id", applicationId), equals("session_id", sessionId)]);
  const read = async (type: EventType) => {
    const rows = await store.query<Raw>(
      `SELECT * FROM (${selectEvents(type, where.sql)}) ORDER BY date_ms, page_id, seq LIMIT ${MOST_OF_SESSION}`,
      where.parameters,
    );
    return rows.map(toItem);
  };
  const [views = [], ...others] = await Promise.all([read("view"), ...EVENT_ONLY.map(read)]);
  return { views, events: others.flat().sort(byTime) };
}

async function list(store: Store, types: readonly EventType[], filters: Filters): Promise<List<EventItem>> {
  const { cursor, limit } = filters;
  const where = conditions([
    ...ofEvents(filters),
    equals("trace_id", filters.trace_id),
    equals("error_fingerprint", filters.error_fingerprint),
    ...between("date", filters),
  ]);
  const after = conditions([
    cursor && [
      "(date_ms, page_id, seq) < ({at:Int64}, {tie_page:String}, {tie_seq:UInt32})",
      { at: cursor[0], tie_page: String(cursor[1]), tie_seq: Number(cursor[2]) },
    ],
  ]);
  const read = (type: EventType) =>
    store.query<Raw>(
      `SELECT * FROM (${selectEvents(type, where.sql)}) WHERE ${after.sql} ORDER BY date_ms DESC, page_id DESC, seq DESC LIMIT {rows:UInt32}`,
      { ...where.parameters, ...after.parameters, rows: limit + 1 },
    );
  const rows = (await Promise.all(types.map(read))).flat().map(toItem).sort(byTime).reverse();
  return page(rows, limit, ({ date, page_id, seq }) => [date, page_id, seq]);
}

interface Raw extends Record<string, unknown> {
  type: EventType;
  date_ms: number;
  received_at_ms: number;
  application_id: string;
  page_id: string;
  seq: number;
  view_id: string;
}

function toItem({ date_ms, received_at_ms, type, application_id, page_id, seq, view_id, ...rest }: Raw): EventItem {
  const item: EventItem = { type, date: date_ms, application_id, page_id, seq, view_id, received_at: received_at_ms };
  const json = JSON_FIELDS.get(type) ?? [];
  for (const [name, value] of Object.entries(rest)) {
    if (value === null || value === "") continue;
    item[name] = json.includes(name) && typeof value === "string" ? JSON.parse(value) : value;
  }
  return item;
}

function byTime(a: EventItem, b: EventItem): number {
  return a.date - b.date || compare(a.page_id, b.page_id) || a.seq - b.seq;
}

/** As ClickHouse orders strings of ASCII. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
