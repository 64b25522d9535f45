import { EVENT_TYPES, type EventType } from "@sojourn/core/model";
import { TABLES } from "../rows/events.js";
import type { Store } from "../store/index.js";
import { JSON_FIELDS, selectEvents } from "./columns.js";
import { between, type Condition, conditions, equals, type Filters, moment, ofEvents } from "./filters.js";
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
  const own = { application_id: applicationId, session_id: sessionId, limit: MOST_OF_SESSION };
  const read = async (type: EventType) => {
    const where = conditions([...ofEvents(own), ofPages(type, own)]);
    const rows = await store.query<Raw>(
      `SELECT * FROM (${selectEvents(type, where.sql)}) ORDER BY date_ms, page_id, seq LIMIT ${MOST_OF_SESSION}`,
      where.parameters,
    );
    return rows.map(toItem);
  };
  const [views = [], ...others] = await Promise.all([read("view"), ...EVENT_ONLY.map(read)]);
  return { views, events: others.flat().sort(byTime) };
}

/** Rows that are looked at first for one that is wanted: copies that are not put together yet are among them. */
const COPIES = { view: 8, other: 2 };
/** How much further is looked when those were not enough. */
const MORE = 8;

/**
 * A part of a list in two steps. How far down it reaches is found in the column of dates alone; only that much is put
 * together, out of the months in which its pages began. A session's events are found by its pages at once.
 */
async function list(store: Store, types: readonly EventType[], filters: Filters): Promise<List<EventItem>> {
  const { cursor, limit } = filters;
  const given = [
    ...ofEvents(filters),
    equals("trace_id", filters.trace_id),
    equals("error_fingerprint", filters.error_fingerprint),
    ...between("date", filters),
    cursor && ([`date <= ${moment("at")}`, { at: cursor[0] }] as const),
  ];
  const after = conditions([
    cursor && [
      "(date_ms, page_id, seq) < ({at:Int64}, {tie_page:String}, {tie_seq:UInt32})",
      { at: cursor[0], tie_page: String(cursor[1]), tie_seq: Number(cursor[2]) },
    ],
  ]);
  const atFirst = (limit + 1) * (types.includes("view") ? COPIES.view : COPIES.other);
  for (let reach = atFirst; ; reach *= MORE) {
    const newest = await Promise.all(
      types.map((type) => (filters.session_id === undefined ? newestOf(store, type, given, reach) : undefined)),
    );
    const floor = newest
      .flatMap((found) => found?.dates ?? [])
      .sort((a, b) => b - a)
      .at(reach - 1);
    const read = async (type: EventType, i: number) => {
      const { dates: [highest] = [], pages } = newest[i] ?? {};
      if (pages && (highest === undefined || highest < (floor ?? highest))) return [];
      const where = conditions([
        ...given,
        ofPages(type, filters),
        pages && [`page_started_at BETWEEN ${moment("oldest")} AND ${moment("youngest")}`, pages],
        floor === undefined ? undefined : [`date >= ${moment("floor")}`, { floor }],
      ]);
      return store.query<Raw>(
        `SELECT * FROM (${selectEvents(type, where.sql)}) WHERE ${after.sql} ORDER BY date_ms DESC, page_id DESC, seq DESC LIMIT {rows:UInt32}`,
        { ...where.parameters, ...after.parameters, rows: limit + 1 },
      );
    };
    const rows = (await Promise.all(types.map(read))).flat();
    if (rows.length <= limit && floor !== undefined) continue;
    return page(rows.map(toItem).sort(byTime).reverse(), limit, ({ date, page_id, seq }) => [date, page_id, seq]);
  }
}

/** The newest dates, copies included, and when the pages of those began. */
async function newestOf(
  store: Store,
  type: EventType,
  given: readonly Condition[],
  reach: number,
): Promise<{ dates: number[]; pages: { oldest: number; youngest: number } }> {
  const { sql, parameters } = conditions(given);
  const [row] = await store.query<{ dates: number[]; oldest: number; youngest: number }>(
    `SELECT
      groupArray(toUnixTimestamp64Milli(date)) AS dates, toUnixTimestamp64Milli(min(page_started_at)) AS oldest,
      toUnixTimestamp64Milli(max(page_started_at)) AS youngest
    FROM (SELECT date, page_started_at FROM ${TABLES[type]} WHERE ${sql} ORDER BY date DESC LIMIT {reach:UInt32})`,
    { ...parameters, reach },
  );
  const { dates = [], oldest = 0, youngest = 0 } = row ?? {};
  return { dates, pages: { oldest, youngest } };
}

/** Events are found by their page: where a session is asked for, by its pages. */
function ofPages(type: EventType, { application_id, session_id }: Filters): Condition {
  if (type === "view" || session_id === undefined) return undefined;
  const { sql, parameters } = conditions([equals("session_id", session_id), equals("application_id", application_id)]);
  return [`(application_id, page_id) IN (SELECT application_id, page_id FROM session_pages WHERE ${sql})`, parameters];
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
