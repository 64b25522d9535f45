import type { Store } from "../store/index.js";
import { between, type Condition, conditions, equals, type Filters, moment, writeCursor } from "./filters.js";
import type { ParameterName } from "./parameters.js";
import type { List } from "./sessions.js";

/** One thing that happened to a user's sign-ins; fields that are unknown are empty. */
export interface SignInItem {
  application_id: string;
  date: number;
  event_id: string;
  type: string;
  reason: string;
  user_id: string;
  /** Names the sign-in; it proves nothing. */
  sign_in: string;
  kind: string;
  actor_id: string;
  auth_method: string;
  flags: string[];
  host: string;
  ip: string;
  country: string;
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  device: string;
  device_vendor: string;
  device_model: string;
  app: string;
  app_version: string;
}

const NARROWING = ["application_id", "user_id", "browser", "os", "country", "device"] as const;
export const SIGN_IN_PARAMETERS: readonly ParameterName[] = [
  ...NARROWING,
  "sign_in_type",
  "from",
  "to",
  "limit",
  "cursor",
];
/** Behind the date: application and event. */
export const SIGN_IN_TIES = 2;

const narrowed = (filters: Filters): Condition[] => [
  ...NARROWING.map((name) => equals(name, filters[name])),
  filters.sign_in_type === undefined
    ? undefined
    : (["type = {sign_in_type:String}", { sign_in_type: filters.sign_in_type }] as const),
  ...between("date", filters),
];

/** Newest first. */
export async function listSignIns(store: Store, filters: Filters): Promise<List<SignInItem>> {
  const { cursor, limit } = filters;
  const where = conditions([
    ...narrowed(filters),
    cursor && [
      `(date, application_id, event_id) < (${moment("at")}, {tie_application:String}, {tie_event:String})`,
      { at: cursor[0], tie_application: String(cursor[1]), tie_event: String(cursor[2]) },
    ],
  ]);
  const items = await store.query<SignInItem>(
    `SELECT * EXCEPT (received_at, retention_days) REPLACE (toUnixTimestamp64Milli(date) AS date) FROM (
      SELECT * FROM sign_ins FINAL WHERE ${where.sql}
      ORDER BY date DESC, application_id DESC, event_id DESC LIMIT {rows:UInt32}
    )`,
    { ...where.parameters, rows: limit + 1 },
  );
  const last = items[limit - 1];
  const next = items.length > limit && last ? writeCursor([last.date, last.application_id, last.event_id]) : null;
  return { items: items.slice(0, limit), next };
}

/** What happened to sign-ins on each day, UTC. */
export interface SignInDays {
  from: number;
  to: number;
  users: number;
  items: { day: string; type: string; reason: string; count: number; users: number }[];
}

export const SIGN_IN_DAY_PARAMETERS: readonly ParameterName[] = [...NARROWING, "sign_in_type", "from", "to"];
const DAY_MS = 86_400_000;

/** Over the period, by default the last 30 days. */
export async function readSignInDays(store: Store, filters: Filters, now: number): Promise<SignInDays> {
  const to = filters.to ?? now + 1;
  const from = Math.min(filters.from ?? Math.max(0, to - 30 * DAY_MS), to);
  const where = conditions(narrowed({ ...filters, from, to }));
  const [items, [totals]] = await Promise.all([
    store.query<SignInDays["items"][number]>(
      // Reasons that somebody wrote are as many as there are impersonations.
      `SELECT toString(toDate(date)) AS day, type, if(match(reason, '^[a-z_]{1,40}$'), reason, '') AS reason,
        count() AS count, uniqExact(user_id) AS users
      FROM sign_ins FINAL WHERE ${where.sql} GROUP BY day, type, reason ORDER BY day, type, reason LIMIT 10000`,
      where.parameters,
    ),
    store.query<{ users: number }>(
      `SELECT uniqExact(user_id) AS users FROM sign_ins FINAL WHERE ${where.sql}`,
      where.parameters,
    ),
  ]);
  return { from, to, users: totals?.users ?? 0, items };
}
