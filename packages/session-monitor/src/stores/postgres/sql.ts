import { ROLLED } from "../../aggregate/measures.js";
import { COLUMNS, type Row } from "../rows.js";
import { LASTING } from "../schema.js";

const ALL = COLUMNS.join(", ");
const CONNECTIONS = `SELECT ${ALL} FROM monitor_connections`;

/** Types of the columns that are no text. */
const TYPES: Partial<Record<keyof Row, string>> = {
  created_at: "bigint",
  last_activity_at: "bigint",
  closed_at: "bigint",
  opened_at: "bigint",
  flags: "integer",
  login_at: "bigint",
  logout_at: "bigint",
};
const ARRAYS = COLUMNS.map((column, index) => `$${index + 1}::${TYPES[column] ?? "text"}[]`).join(", ");
/** A moment that is given, else the database's own. */
const given = (parameter: string) =>
  `coalesce(${parameter}::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)`;

/** Held while tables are made and while rollups are written. */
export const LOCK = "SELECT pg_advisory_xact_lock(hashtext('sojourn session monitor ' || $1))";
export const STATE = "SELECT value FROM monitor_state WHERE name = $1";

export const ADD_CLIENTS =
  "INSERT INTO monitor_clients (hash, client) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (hash) DO NOTHING";
export const CLIENTS = "SELECT hash, client FROM monitor_clients WHERE hash = ANY($1)";

export const GET = `${CONNECTIONS} WHERE instance_id = $1 AND session_id = $2`;
/** New ones only; answers which those were. */
export const ADD = `INSERT INTO monitor_connections (${ALL}) SELECT * FROM unnest(${ARRAYS})
  ON CONFLICT (instance_id, session_id) DO NOTHING RETURNING instance_id, session_id`;
export const LOCKED = `${CONNECTIONS} WHERE (instance_id, session_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
  ORDER BY instance_id, session_id FOR UPDATE`;
export const PUT = `INSERT INTO monitor_connections (${ALL}) SELECT * FROM unnest(${ARRAYS})
  ON CONFLICT (instance_id, session_id) DO UPDATE SET
  ${COLUMNS.slice(2)
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}`;
export const ADD_EARLIER_USERS = `INSERT INTO monitor_earlier_users (user_id, instance_id, session_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`;
/**
 * By the primary key, which begins with the session. A planner that knows nothing of the table yet would rather read all open
 * connections for each batch; it cannot when instance and end are no plain columns.
 */
export const BEAT = `UPDATE monitor_connections SET last_activity_at = greatest(last_activity_at, $1::bigint)
  WHERE session_id = ANY($3::text[]) AND instance_id || '' = $2 AND coalesce(closed_at, 0) = 0`;

/** A lease that was swept is not written over: who waits for the sweep's lock looks again afterwards. */
export const RENEW = `INSERT INTO monitor_instances AS i (instance_id, started_at, lease_at) VALUES ($1, ${given("$2")}, ${given("$2")})
  ON CONFLICT (instance_id) DO UPDATE SET lease_at = excluded.lease_at WHERE i.ended_at IS NULL`;
const OF_THE_DEAD = `closed_at IS NULL AND instance_id NOT IN (SELECT instance_id FROM monitor_instances WHERE ended_at IS NULL)`;
/** Read by the index of open connections. Asked for one row that is mostly not there, the planner would read the table. */
const OPEN_INSTANCES = "(SELECT DISTINCT instance_id FROM monitor_connections WHERE closed_at IS NULL)";
export const HAS_LOST = `SELECT EXISTS (SELECT 1 FROM monitor_instances WHERE ended_at IS NULL AND lease_at <= ${given("$1")} - $2::bigint)
  OR EXISTS (SELECT 1 FROM ${OPEN_INSTANCES} open WHERE instance_id NOT IN (SELECT instance_id FROM monitor_instances WHERE ended_at IS NULL))
  AS found`;
export const END_STALE = `UPDATE monitor_instances SET ended_at = ${given("$1")}
  WHERE ended_at IS NULL AND lease_at <= ${given("$1")} - $2::bigint`;
export const CLOSE_LOST = `WITH lost AS (
    UPDATE monitor_connections SET closed_at = last_activity_at, close_reason = 'lost' WHERE ${OF_THE_DEAD} RETURNING closed_at
  ) SELECT count(*) AS connections, min(closed_at) AS earliest FROM lost`;
export const END_INSTANCE = `INSERT INTO monitor_instances AS i (instance_id, started_at, lease_at, ended_at)
  VALUES ($1, ${given("$2")}, ${given("$2")}, ${given("$2")})
  ON CONFLICT (instance_id) DO UPDATE SET ended_at = coalesce(i.ended_at, excluded.ended_at)`;
export const CLOSE_ALL = `UPDATE monitor_connections SET closed_at = greatest(last_activity_at, $1::bigint), close_reason = 'shutdown'
  WHERE closed_at IS NULL AND instance_id = $2`;

export const LIST = `${CONNECTIONS} WHERE created_at >= $1 AND created_at < $2 ORDER BY created_at DESC LIMIT $3`;
export const LIST_CLOSED = `${CONNECTIONS} WHERE created_at >= $1 AND created_at < $2 AND closed_at IS NOT NULL
  ORDER BY created_at DESC LIMIT $3`;
export const LIST_OPEN = `${CONNECTIONS} WHERE created_at >= $1 AND created_at < $2 AND closed_at IS NULL
  ORDER BY created_at DESC LIMIT $3`;
export const OF_USER = `${CONNECTIONS} WHERE user_id = $1
  UNION SELECT ${COLUMNS.map((column) => `c.${column}`).join(", ")} FROM monitor_earlier_users u
  JOIN monitor_connections c ON c.instance_id = u.instance_id AND c.session_id = u.session_id WHERE u.user_id = $1
  ORDER BY created_at DESC`;
export const OPEN_IDS = `SELECT session_id FROM monitor_connections
  WHERE closed_at IS NULL AND instance_id = $1 AND session_id > $2 ORDER BY session_id LIMIT $3`;
const PAGE =
  "AND (created_at, instance_id, session_id) > ($3, $4, $5) ORDER BY created_at, instance_id, session_id LIMIT $6";
/** Begun long before: created before the first moment, ended after the second. */
export const OVERLAPPING_LASTING = `${CONNECTIONS} WHERE ${LASTING} AND created_at < $1 AND (closed_at IS NULL OR closed_at > $2)
  AND created_at >= $3 ${PAGE}`;
/** Created before the first moment, and ended or created after the second. */
export const OVERLAPPING = `${CONNECTIONS} WHERE created_at < $1 AND (closed_at IS NULL OR closed_at > $2 OR created_at >= $2)
  AND created_at >= $3 ${PAGE}`;
export const OLDEST = "SELECT min(created_at) AS oldest FROM monitor_connections";

export const PURGE = `DELETE FROM monitor_connections WHERE (instance_id, session_id) IN
  (SELECT instance_id, session_id FROM monitor_connections WHERE closed_at < $1 LIMIT $2) RETURNING instance_id, session_id`;
export const PURGE_EARLIER_USERS = `DELETE FROM monitor_earlier_users
  WHERE (instance_id, session_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
export const PURGE_INSTANCES = `DELETE FROM monitor_instances i WHERE ended_at < $1 AND NOT EXISTS
  (SELECT 1 FROM monitor_connections c WHERE c.instance_id = i.instance_id)`;
export const PURGE_ROLLUPS = `DELETE FROM monitor_rollups WHERE (dimension, slot, value) IN
  (SELECT dimension, slot, value FROM monitor_rollups WHERE slot < $1 LIMIT $2)`;
export const PURGE_ROLLUP_USERS = `DELETE FROM monitor_rollup_users WHERE (slot, user_id) IN
  (SELECT slot, user_id FROM monitor_rollup_users WHERE slot < $1 LIMIT $2)`;
export const PURGE_ROLLUP_DIVIDED = `DELETE FROM monitor_rollup_divided WHERE (dimension, slot, value, user_id) IN
  (SELECT dimension, slot, value, user_id FROM monitor_rollup_divided WHERE slot < $1 LIMIT $2)`;
export const ERASE_EARLIER_USER = "DELETE FROM monitor_earlier_users WHERE user_id = $1";
export const ERASE_ROLLUP_USER = "DELETE FROM monitor_rollup_users WHERE user_id = $1";
export const ERASE_ROLLUP_DIVIDED = "DELETE FROM monitor_rollup_divided WHERE user_id = $1";

export const ACQUIRE = `INSERT INTO monitor_jobs AS j (job, holder, until) VALUES ($1, $2, ${given("$3")} + $4::bigint)
  ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE j.holder = excluded.holder OR j.until <= ${given("$3")}`;

export const DROP_ROLLUPS = "DELETE FROM monitor_rollups WHERE slot >= $1 AND slot < $2";
export const DROP_ROLLUP_USERS = "DELETE FROM monitor_rollup_users WHERE slot >= $1 AND slot < $2";
export const DROP_ROLLUP_DIVIDED = "DELETE FROM monitor_rollup_divided WHERE slot >= $1 AND slot < $2";
export const ADD_ROLLUPS = `INSERT INTO monitor_rollups SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[],
  $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])`;
export const ADD_ROLLUP_USERS = `INSERT INTO monitor_rollup_users
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], ${ROLLED.map((_, index) => `$${index + 4}::text[]`).join(", ")})`;
export const ADD_ROLLUP_DIVIDED = `INSERT INTO monitor_rollup_divided
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])`;
export const WRITE_MARK = `INSERT INTO monitor_state (name, value) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
export const ADVANCE = `INSERT INTO monitor_state AS s (name, value) VALUES ('watermark', $1)
  ON CONFLICT (name) DO UPDATE SET value = greatest(s.value, excluded.value)`;
export const REOPEN = "UPDATE monitor_state SET value = $1 WHERE name = 'watermark' AND value > $1";
/**
 * Its parameters are the dimension and the buckets' begins and ends.
 *
 * @param column of {@link ROLLED}; none for everything together
 */
export const readRollups = (column: string | undefined) => `
  WITH buckets AS (
    SELECT ordinality - 1 AS bucket, lo, hi FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS edges (lo, hi)
  ), times AS (
    SELECT b.bucket, ${column ?? "''"} AS value, u.user_id, u.union_ms
    FROM buckets b JOIN monitor_rollup_users u ON u.slot >= b.lo AND u.slot < b.hi WHERE ${column ?? "''"} IS NOT NULL
    UNION ALL
    SELECT b.bucket, d.value, d.user_id, d.union_ms
    FROM buckets b JOIN monitor_rollup_divided d ON d.dimension = $1 AND d.slot >= b.lo AND d.slot < b.hi
  ), people AS (
    SELECT bucket, value, count(DISTINCT user_id) AS users, sum(union_ms) AS union_ms FROM times GROUP BY bucket, value
  )
  SELECT b.bucket, r.value, sum(CASE WHEN r.slot = b.lo THEN r.opening ELSE 0 END) AS opening, sum(r.started) AS started,
    max(r.peak) AS peak, sum(r.connected_ms) AS connected_ms, sum(r.sum_ms) AS sum_ms,
    coalesce(max(p.users), 0) AS users, coalesce(max(p.union_ms), 0) AS union_ms
  FROM buckets b JOIN monitor_rollups r ON r.dimension = $1 AND r.slot >= b.lo AND r.slot < b.hi
  LEFT JOIN people p ON p.bucket = b.bucket AND p.value = r.value
  GROUP BY b.bucket, r.value ORDER BY b.bucket, r.value`;
