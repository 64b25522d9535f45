import type { Store } from "../store/index.js";
import { between, type Condition, conditions, equals, type Filters, moment, writeCursor } from "./filters.js";
import type { ParameterName } from "./parameters.js";
import { VITALS } from "./vitals.js";

/** A session as the API shows it. */
export interface SessionItem {
  application_id: string;
  session_id: string;
  session_type: "user" | "synthetics";
  session_referrer: string;
  session_first_view_id: string;
  session_first_view_url: string;
  session_first_view_host: string;
  session_first_view_path: string;
  session_first_view_path_group: string;
  /** A JSON object. */
  session_first_view_url_query: string;
  session_last_view_id: string;
  session_last_view_url: string;
  session_last_view_host: string;
  session_last_view_path: string;
  session_last_view_path_group: string;
  /** A JSON object. */
  session_last_view_url_query: string;
  session_has_replay: boolean;
  /** Nanoseconds. */
  time_spent: number;
  session_view_count: number;
  session_error_count: number;
  session_resource_count: number;
  session_action_count: number;
  session_long_task_count: number;
  /** When the session was created, epoch ms. */
  date: number;
  user_id: string;
  ip: string;
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  device: string;
  country: string;
}

export interface List<T> {
  items: T[];
  /** `cursor` of the next part, null at the end. */
  next: string | null;
}

export const SESSION_PARAMETERS: readonly ParameterName[] = [
  "application_id",
  "from",
  "to",
  "session_type",
  "user_id",
  "browser",
  "os",
  "country",
  "device",
  "path_group",
  "has_error",
  "has_frustration",
  "worst_vital",
  "limit",
  "cursor",
];
/** Behind the date: application and session. */
export const SESSION_TIES = 2;

/** No session is longer. */
const LONGEST_MS = 4 * 3_600_000;
const COLUMNS = "* REPLACE (toUnixTimestamp64Milli(date) AS date)";

const CORE = ["largest_contentful_paint", "interaction_to_next_paint", "cumulative_layout_shift"] as const;
/** By what the store is asked for. */
const RATINGS = ["", "good", "needs-improvement", "poor"];

/** Rows of pages that are looked at first for one session that is wanted. */
const ROWS_FOR_ONE = 8;
const MORE = 8;

/**
 * Sessions by creation, newest first.
 *
 * How far down a part reaches is found in narrow columns; only the pages of sessions down to there are put together. What
 * is only known of whole sessions may leave too few of them: then it is looked further.
 */
export async function listSessions(store: Store, filters: Filters): Promise<List<SessionItem>> {
  const { cursor, limit } = filters;
  const given = [
    equals("application_id", filters.application_id),
    ...between("created_at", filters),
    cursor && ([`created_at <= ${moment("at")}`, { at: cursor[0] }] as const),
    ofUser(filters),
    onPages(filters),
    frustrated(filters),
    ofVital(filters),
  ];
  const matches = conditions([
    equals("application_id", filters.application_id),
    ...between("date", filters),
    equals("session_type", filters.session_type),
    equals("user_id", filters.user_id),
    equals("browser", filters.browser),
    equals("os", filters.os),
    equals("country", filters.country),
    equals("device", filters.device),
    filters.has_error === undefined
      ? undefined
      : [`session_error_count ${filters.has_error === "true" ? ">" : "="} 0`, {}],
    cursor && [
      `(date, application_id, session_id) < (${moment("at")}, {tie_application:String}, {tie_session:String})`,
      { at: cursor[0], tie_application: String(cursor[1]), tie_session: String(cursor[2]) },
    ],
  ]);
  for (let reach = (limit + 1) * ROWS_FOR_ONE; ; reach *= MORE) {
    const floor = await floorOf(store, given, reach);
    const down = floor === undefined ? undefined : ([`>= ${moment("floor")}`, { floor }] as const);
    const candidates = conditions([...given, down && [`created_at ${down[0]}`, down[1]]]);
    const items = await store.query<SessionItem>(
      `SELECT ${COLUMNS} FROM (
        SELECT * FROM sessions
        WHERE ${matches.sql} AND ${down ? `date ${down[0]}` : "1"}
          AND session_id IN (SELECT session_id FROM session_pages WHERE ${candidates.sql})
        ORDER BY date DESC, application_id DESC, session_id DESC
        LIMIT {rows:UInt32}
      )`,
      { ...matches.parameters, ...candidates.parameters, rows: limit + 1 },
    );
    if (items.length <= limit && floor !== undefined) continue;
    return page(items, limit, ({ date, application_id, session_id }) => [date, application_id, session_id]);
  }
}

/** The creation, epoch ms, that so many rows of pages reach down to; undefined when there are fewer. */
async function floorOf(store: Store, given: readonly Condition[], reach: number): Promise<number | undefined> {
  const { sql, parameters } = conditions(given);
  const [row] = await store.query<{ rows: number; floor: number }>(
    `SELECT count() AS rows, toUnixTimestamp64Milli(min(created_at)) AS floor
    FROM (SELECT created_at FROM session_pages WHERE ${sql} ORDER BY created_at DESC LIMIT {reach:UInt32})`,
    { ...parameters, reach },
  );
  return row && row.rows >= reach ? row.floor : undefined;
}

/** Sessions in which a page knew the user; who the session's user is, is known of all its pages only. */
function ofUser({ user_id }: Filters): Condition {
  if (user_id === undefined) return undefined;
  return [
    "session_id IN (SELECT session_id FROM session_pages WHERE tupleElement(user, 'id') = {user_id:String})",
    { user_id },
  ];
}

/** Sessions in which a click was of no use, or none was. */
function frustrated({ has_frustration, from, to }: Filters): Condition {
  if (has_frustration === undefined) return undefined;
  const during = reach("frustrated", from, to);
  const found = `SELECT session_id FROM actions WHERE action_frustration_types NOT IN ('', '[]') AND ${during.sql}`;
  return [`session_id ${has_frustration === "true" ? "IN" : "NOT IN"} (${found})`, during.parameters];
}

/** Sessions by the worst rating of a core vital in any of their views; of views, the newest version counts. */
function ofVital({ worst_vital, from, to }: Filters): Condition {
  if (worst_vital === undefined) return undefined;
  const during = reach("vital", from, to);
  const over = (bound: "good" | "poor") =>
    CORE.map((name) => `ifNull(${name} > ${VITALS[name][bound]}, 0)`).join(" OR ");
  const rating = `multiIf(${over("poor")}, 3, ${over("good")}, 2, ${CORE.map((name) => `isNotNull(${name})`).join(" OR ")}, 1, 0)`;
  const found = `SELECT session_id FROM views FINAL WHERE ${during.sql} GROUP BY session_id HAVING max(${rating}) = {rating:UInt8}`;
  return [`session_id IN (${found})`, { ...during.parameters, rating: RATINGS.indexOf(worst_vital) }];
}

/** When what belongs to sessions of a period can have happened. Parameters are named after `name`. */
function reach(name: string, from: number | undefined, to: number | undefined) {
  const { sql, parameters } = conditions([
    from === undefined ? undefined : [`date >= ${moment(`${name}_from`)}`, { [`${name}_from`]: from }],
    to === undefined ? undefined : [`date < ${moment(`${name}_to`)}`, { [`${name}_to`]: to + LONGEST_MS }],
  ]);
  return { sql, parameters };
}

/** Sessions with a view of a path group. A view begins no earlier than its session, and at most four hours after. */
function onPages({ path_group, from, to }: Filters): Condition {
  if (path_group === undefined) return undefined;
  const during = reach("pages", from, to);
  const found = `SELECT session_id FROM views WHERE view_path_group = {view_path_group:String} AND ${during.sql}`;
  return [`session_id IN (${found})`, { ...during.parameters, view_path_group: path_group }];
}

export async function findSession(store: Store, id: string, application?: string): Promise<SessionItem | undefined> {
  const where = conditions([equals("session_id", id), equals("application_id", application)]);
  const [session] = await store.query<SessionItem>(
    `SELECT ${COLUMNS} FROM (SELECT * FROM sessions WHERE ${where.sql} ORDER BY date DESC LIMIT 1)`,
    where.parameters,
  );
  return session;
}

/** One row more than was asked for tells that there is a next part. */
export function page<T>(rows: T[], limit: number, key: (last: T) => [number, ...(string | number)[]]): List<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(key(last)) : null };
}
