import type { Store } from "../store/index.js";
import { between, conditions, equals, type Filters, writeCursor } from "./filters.js";

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

export const SESSION_FILTERS = ["application_id", "from", "to", "session_type", "user_id", "limit", "cursor"] as const;
/** Behind the date: application and session. */
export const SESSION_TIES = 2;

const COLUMNS = "* REPLACE (toUnixTimestamp64Milli(date) AS date)";

/** Sessions by creation, newest first. */
export async function listSessions(store: Store, filters: Filters): Promise<List<SessionItem>> {
  const { cursor, limit } = filters;
  // Which sessions can match at all is read from narrow columns; only their pages are put together.
  const period = conditions([
    ...between("created_at", filters),
    cursor && ["created_at <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')", { at: cursor[0] }],
  ]);
  const candidates =
    period.sql === "1" ? "1" : `session_id IN (SELECT session_id FROM session_pages WHERE ${period.sql})`;
  const matches = conditions([
    equals("application_id", filters.application_id),
    ...between("date", filters),
    equals("session_type", filters.session_type),
    equals("user_id", filters.user_id),
    cursor && [
      "(date, application_id, session_id) < (fromUnixTimestamp64Milli({at:Int64}, 'UTC'), {tie_application:String}, {tie_session:String})",
      { at: cursor[0], tie_application: String(cursor[1]), tie_session: String(cursor[2]) },
    ],
  ]);
  const items = await store.query<SessionItem>(
    `SELECT ${COLUMNS} FROM (
      SELECT * FROM sessions
      WHERE ${matches.sql} AND ${candidates}
      ORDER BY date DESC, application_id DESC, session_id DESC
      LIMIT {rows:UInt32}
    )`,
    { ...period.parameters, ...matches.parameters, rows: limit + 1 },
  );
  return page(items, limit, ({ date, application_id, session_id }) => [date, application_id, session_id]);
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
