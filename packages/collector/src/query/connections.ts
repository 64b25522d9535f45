import type { Store } from "../store/index.js";
import { type Condition, conditions, equals, type Filters, moment, writeCursor } from "./filters.js";
import type { ParameterName } from "./parameters.js";
import type { List } from "./sessions.js";

/** A connection to a server in its newest state; fields that are unknown are empty, moments epoch ms or null. */
export interface ConnectionItem {
  application_id: string;
  connection_id: string;
  instance_id: string;
  transport: string;
  date: number;
  login_at: number | null;
  last_activity_at: number;
  logout_at: number | null;
  closed_at: number | null;
  close_reason: string;
  user_id: string;
  /** Of the browser's session, where it is known. */
  session_id: string;
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
  bot: boolean;
  synthetic: boolean;
  impersonated: boolean;
}

const NARROWING = ["application_id", "user_id", "session_id", "browser", "os", "country", "device"] as const;
export const CONNECTION_PARAMETERS: readonly ParameterName[] = [...NARROWING, "open", "from", "to", "limit", "cursor"];
/** Behind the date: application and connection. */
export const CONNECTION_TIES = 2;

const MOMENTS = ["login_at", "last_activity_at", "logout_at", "closed_at"];
const COLUMNS = `* EXCEPT (version, received_at, retention_days, created_at)
  REPLACE (${MOMENTS.map((name) => `toUnixTimestamp64Milli(${name}) AS ${name}`).join(", ")}),
  toUnixTimestamp64Milli(created_at) AS date`;

const narrowed = (filters: Filters): Condition[] => NARROWING.map((name) => equals(name, filters[name]));

/** Connections that were open in the period, those that began last first. */
export async function listConnections(store: Store, filters: Filters): Promise<List<ConnectionItem>> {
  const { cursor, limit, open } = filters;
  const where = conditions([
    ...narrowed(filters),
    ...overlapping(filters),
    open === undefined ? undefined : [`${open === "true" ? "isNull" : "isNotNull"}(closed_at)`, {}],
    cursor && [
      `(created_at, application_id, connection_id) < (${moment("at")}, {tie_application:String}, {tie_connection:String})`,
      { at: cursor[0], tie_application: String(cursor[1]), tie_connection: String(cursor[2]) },
    ],
  ]);
  const items = await store.query<ConnectionItem>(
    `SELECT ${COLUMNS} FROM connections FINAL WHERE ${where.sql}
    ORDER BY created_at DESC, application_id DESC, connection_id DESC LIMIT {rows:UInt32}`,
    { ...where.parameters, rows: limit + 1 },
  );
  const last = items[limit - 1];
  const next = items.length > limit && last ? writeCursor([last.date, last.application_id, last.connection_id]) : null;
  return { items: items.slice(0, limit), next };
}

/** Of connections that overlap the period; one that is open goes on until its last sign of life. */
function overlapping({ from, to }: Filters): Condition[] {
  return [
    from === undefined ? undefined : [`ifNull(closed_at, last_activity_at) >= ${moment("from")}`, { from }],
    to === undefined ? undefined : [`created_at < ${moment("to")}`, { to }],
  ];
}

/** Connections over a period, and how many there were at a time. */
export interface Usage {
  from: number;
  to: number;
  /** That were open at any time in the period. */
  connections: number;
  open: number;
  users: number;
  /** At a time. */
  peak: number;
  /** Of all connections together, within the period, ms. */
  connected_ms: number;
  /** The most at a time in each part of the period; `at` is where it begins. */
  buckets: { at: number; peak: number; started: number }[];
  /** The same by what clients are, the most first. */
  by: Record<(typeof DIMENSIONS)[number], { value: string; connections: number; users: number }[]>;
}

export const USAGE_PARAMETERS: readonly ParameterName[] = [...NARROWING, "from", "to"];
const DIMENSIONS = ["browser", "os", "device", "app", "country", "close_reason"] as const;
const BUCKETS = 96;
const SHORTEST_MS = 60_000;
const MOST_VALUES = 10;
const DAY_MS = 86_400_000;

/** Over the period, by default the last 24 hours. */
export async function readUsage(store: Store, filters: Filters, now: number): Promise<Usage> {
  const to = filters.to ?? now + 1;
  const from = Math.min(filters.from ?? Math.max(0, to - DAY_MS), to);
  const step = Math.max(SHORTEST_MS, Math.ceil((to - from) / BUCKETS));
  const where = conditions([...narrowed(filters), ...overlapping({ ...filters, from, to })]);
  // An open connection is there for as long as anything was heard of it.
  const source = `SELECT user_id, ${DIMENSIONS.join(", ")}, isNull(closed_at) AS is_open,
      greatest(toUnixTimestamp64Milli(created_at), {from:Int64}) AS begins,
      least(toUnixTimestamp64Milli(ifNull(closed_at, last_activity_at)), {to:Int64}) AS ends,
      created_at >= ${moment("from")} AS is_new
    FROM connections FINAL WHERE ${where.sql}`;
  const parameters = { ...where.parameters, from, to, step };
  const [[totals], steps, ...values] = await Promise.all([
    store.query<{ connections: number; open: number; users: number; connected: number }>(
      `SELECT count() AS connections, countIf(is_open) AS open, uniqExactIf(user_id, user_id != '') AS users,
        sum(greatest(0, ends - begins)) AS connected FROM (${source})`,
      parameters,
    ),
    // At one moment beginnings count before ends: what is handed over from one to the next was two for that moment.
    store.query<{ bucket: number; peak: number; last: number; started: number }>(
      `SELECT intDiv(at - {from:Int64}, {step:Int64}) AS bucket, max(running) AS peak,
        argMax(running, (at, -change)) AS last, sum(new) AS started
      FROM (
        SELECT at, change, new, sum(change) OVER (ORDER BY at, change DESC ROWS UNBOUNDED PRECEDING) AS running
        FROM (
          SELECT tupleElement(edge, 1) AS at, tupleElement(edge, 2) AS change, tupleElement(edge, 3) AS new
          FROM (SELECT arrayJoin([(begins, 1, toInt64(is_new)), (ends, -1, toInt64(0))]) AS edge FROM (${source}))
        )
      ) GROUP BY bucket ORDER BY bucket`,
      parameters,
    ),
    ...DIMENSIONS.map((dimension) =>
      store.query<{ value: string; connections: number; users: number }>(
        `SELECT ${dimension} AS value, count() AS connections, uniqExactIf(user_id, user_id != '') AS users
        FROM (${source}) GROUP BY value ORDER BY connections DESC, value LIMIT ${MOST_VALUES}`,
        parameters,
      ),
    ),
  ]);
  const buckets = filled(steps, from, to, step);
  return {
    from,
    to,
    connections: totals?.connections ?? 0,
    open: totals?.open ?? 0,
    users: totals?.users ?? 0,
    peak: buckets.reduce((most, { peak }) => Math.max(most, peak), 0),
    connected_ms: totals?.connected ?? 0,
    buckets,
    by: Object.fromEntries(DIMENSIONS.map((name, index) => [name, values[index] ?? []])) as Usage["by"],
  };
}

/** Where nothing began or ended there are as many as before. */
function filled(
  steps: readonly { bucket: number; peak: number; last: number; started: number }[],
  from: number,
  to: number,
  step: number,
): Usage["buckets"] {
  const known = new Map(steps.map((one) => [one.bucket, one]));
  const buckets: Usage["buckets"] = [];
  let running = 0;
  for (let index = 0; from + index * step < to; index += 1) {
    const found = known.get(index);
    buckets.push({ at: from + index * step, peak: Math.max(running, found?.peak ?? 0), started: found?.started ?? 0 });
    running = found?.last ?? running;
  }
  return buckets;
}
