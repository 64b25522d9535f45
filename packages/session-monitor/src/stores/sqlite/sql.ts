import { ROLLED } from "../../aggregate/measures.js";
import { COLUMNS } from "../rows.js";
import { LASTING } from "../schema.js";

const ALL = COLUMNS.join(", ");
const CONNECTIONS = `SELECT ${ALL} FROM monitor_connections`;

export const NOW = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now";
export const STATE = "SELECT value FROM monitor_state WHERE name = ?";

export const ADD_CLIENT = "INSERT INTO monitor_clients (hash, client) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING";
export const CLIENT = "SELECT client FROM monitor_clients WHERE hash = ?";

export const GET = `${CONNECTIONS} WHERE instance_id = ? AND session_id = ?`;
export const PUT = `INSERT INTO monitor_connections (${ALL}) VALUES (${COLUMNS.map(() => "?").join(", ")})
  ON CONFLICT (instance_id, session_id) DO UPDATE SET
  ${COLUMNS.slice(2)
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}`;
export const ADD_EARLIER_USER =
  "INSERT INTO monitor_earlier_users (user_id, instance_id, session_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
export const BEAT = `UPDATE monitor_connections SET last_activity_at = max(last_activity_at, ?)
  WHERE instance_id = ? AND session_id IN (SELECT value FROM json_each(?)) AND closed_at IS NULL`;

/** A lease that was swept is not written over. */
export const RENEW = `INSERT INTO monitor_instances (instance_id, started_at, lease_at) VALUES (?, ?, ?)
  ON CONFLICT (instance_id) DO UPDATE SET lease_at = excluded.lease_at WHERE ended_at IS NULL`;
export const STALE = "SELECT 1 FROM monitor_instances WHERE ended_at IS NULL AND lease_at <= ? LIMIT 1";
/** Open connections of instances that do not live. */
const OF_THE_DEAD = `closed_at IS NULL AND instance_id NOT IN (SELECT instance_id FROM monitor_instances WHERE ended_at IS NULL)`;
export const HOMELESS = `SELECT 1 FROM monitor_connections WHERE ${OF_THE_DEAD} LIMIT 1`;
export const END_STALE = "UPDATE monitor_instances SET ended_at = ? WHERE ended_at IS NULL AND lease_at <= ?";
export const EARLIEST_LOST = `SELECT min(last_activity_at) AS earliest FROM monitor_connections WHERE ${OF_THE_DEAD}`;
export const CLOSE_LOST = `UPDATE monitor_connections SET closed_at = last_activity_at, close_reason = 'lost' WHERE ${OF_THE_DEAD}`;
export const END_INSTANCE = `INSERT INTO monitor_instances (instance_id, started_at, lease_at, ended_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (instance_id) DO UPDATE SET ended_at = coalesce(ended_at, excluded.ended_at)`;
export const CLOSE_ALL = `UPDATE monitor_connections SET closed_at = max(last_activity_at, ?), close_reason = 'shutdown'
  WHERE closed_at IS NULL AND instance_id = ?`;

export const LIST = `${CONNECTIONS} WHERE created_at >= ? AND created_at < ? ORDER BY created_at DESC LIMIT ?`;
export const LIST_CLOSED = `${CONNECTIONS} WHERE created_at >= ? AND created_at < ? AND closed_at IS NOT NULL
  ORDER BY created_at DESC LIMIT ?`;
export const LIST_OPEN = `${CONNECTIONS} WHERE created_at >= ? AND created_at < ? AND closed_at IS NULL
  ORDER BY created_at DESC LIMIT ?`;
export const OF_USER = `${CONNECTIONS} WHERE user_id = ?
  UNION SELECT ${COLUMNS.map((column) => `c.${column}`).join(", ")} FROM monitor_earlier_users u
  JOIN monitor_connections c ON c.instance_id = u.instance_id AND c.session_id = u.session_id WHERE u.user_id = ?
  ORDER BY created_at DESC LIMIT ?`;
export const OPEN_IDS = `SELECT session_id FROM monitor_connections
  WHERE closed_at IS NULL AND instance_id = ? AND session_id > ? ORDER BY session_id LIMIT ?`;
const PAGE =
  "AND created_at >= ? AND (created_at, instance_id, session_id) > (?, ?, ?) ORDER BY created_at, instance_id, session_id LIMIT ?";
/** Begun long before: created before the first moment, ended after the second. */
export const OVERLAPPING_LASTING = `${CONNECTIONS} WHERE ${LASTING} AND created_at < ? AND (closed_at IS NULL OR closed_at > ?) ${PAGE}`;
/** Created before the first moment, and ended after the second or created since the third. */
export const OVERLAPPING = `${CONNECTIONS} WHERE created_at < ? AND (closed_at IS NULL OR closed_at > ? OR created_at >= ?) ${PAGE}`;
export const OLDEST = "SELECT min(created_at) AS oldest FROM monitor_connections";

export const PURGE = `DELETE FROM monitor_connections WHERE (instance_id, session_id) IN
  (SELECT instance_id, session_id FROM monitor_connections WHERE closed_at < ? LIMIT ?) RETURNING instance_id, session_id`;
export const PURGE_EARLIER_USERS = "DELETE FROM monitor_earlier_users WHERE instance_id = ? AND session_id = ?";
export const PURGE_INSTANCES = `DELETE FROM monitor_instances WHERE ended_at < ? AND NOT EXISTS
  (SELECT 1 FROM monitor_connections c WHERE c.instance_id = monitor_instances.instance_id)`;
export const PURGE_ROLLUPS = `DELETE FROM monitor_rollups WHERE (dimension, slot, value) IN
  (SELECT dimension, slot, value FROM monitor_rollups WHERE slot < ? LIMIT ?)`;
export const PURGE_ROLLUP_USERS = `DELETE FROM monitor_rollup_users WHERE (slot, user_id) IN
  (SELECT slot, user_id FROM monitor_rollup_users WHERE slot < ? LIMIT ?)`;
export const PURGE_ROLLUP_DIVIDED = `DELETE FROM monitor_rollup_divided WHERE (dimension, slot, value, user_id) IN
  (SELECT dimension, slot, value, user_id FROM monitor_rollup_divided WHERE slot < ? LIMIT ?)`;
export const ERASE_EARLIER_USER = "DELETE FROM monitor_earlier_users WHERE user_id = ?";
export const ERASE_ROLLUP_USER = "DELETE FROM monitor_rollup_users WHERE user_id = ?";
export const ERASE_ROLLUP_DIVIDED = "DELETE FROM monitor_rollup_divided WHERE user_id = ?";

export const ACQUIRE = `INSERT INTO monitor_jobs (job, holder, until) VALUES (?, ?, ?)
  ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE monitor_jobs.holder = excluded.holder OR monitor_jobs.until <= ?`;

export const DROP_ROLLUPS = "DELETE FROM monitor_rollups WHERE slot >= ? AND slot < ?";
export const DROP_ROLLUP_USERS = "DELETE FROM monitor_rollup_users WHERE slot >= ? AND slot < ?";
export const DROP_ROLLUP_DIVIDED = "DELETE FROM monitor_rollup_divided WHERE slot >= ? AND slot < ?";
export const ADD_ROLLUP = "INSERT INTO monitor_rollups VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
export const ADD_ROLLUP_USER = `INSERT INTO monitor_rollup_users VALUES (?, ?, ?, ${ROLLED.map(() => "?").join(", ")})`;
export const ADD_ROLLUP_DIVIDED = "INSERT INTO monitor_rollup_divided VALUES (?, ?, ?, ?, ?)";
export const WRITE_MARK = `INSERT INTO monitor_state (name, value) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
export const ADVANCE = `INSERT INTO monitor_state (name, value) VALUES ('watermark', ?)
  ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`;
export const REOPEN = "UPDATE monitor_state SET value = ? WHERE name = 'watermark' AND value > ?";
/**
 * Its parameters are the buckets as JSON and twice the dimension.
 *
 * @param column of {@link ROLLED}; none for everything together
 */
export const readRollups = (column: string | undefined) => `
  WITH buckets AS (
    SELECT key AS bucket, value ->> 0 AS lo, value ->> 1 AS hi FROM json_each(?)
  ), times AS (
    SELECT b.bucket, ${column ?? "''"} AS value, u.user_id, u.union_ms
    FROM buckets b JOIN monitor_rollup_users u ON u.slot >= b.lo AND u.slot < b.hi WHERE ${column ?? "''"} IS NOT NULL
    UNION ALL
    SELECT b.bucket, d.value, d.user_id, d.union_ms
    FROM buckets b JOIN monitor_rollup_divided d ON d.dimension = ? AND d.slot >= b.lo AND d.slot < b.hi
  ), people AS (
    SELECT bucket, value, count(DISTINCT user_id) AS uniqueUsers, sum(union_ms) AS timeUnion FROM times GROUP BY bucket, value
  )
  SELECT b.bucket AS bucket, r.value AS value, sum(CASE WHEN r.slot = b.lo THEN r.opening ELSE 0 END) AS opening,
    sum(r.started) AS started, max(r.peak) AS peakConcurrent, sum(r.connected_ms) AS connectedTime, sum(r.sum_ms) AS timeSum,
    coalesce(max(p.uniqueUsers), 0) AS uniqueUsers, coalesce(max(p.timeUnion), 0) AS timeUnion
  FROM buckets b JOIN monitor_rollups r ON r.dimension = ? AND r.slot >= b.lo AND r.slot < b.hi
  LEFT JOIN people p ON p.bucket = b.bucket AND p.value = r.value
  GROUP BY b.bucket, r.value`;
