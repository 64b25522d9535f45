import { ROLLED } from "../aggregate/measures.js";

/** What the two databases call the same thing. */
export interface Dialect {
  /** A whole number up to 2^53. */
  readonly integer: string;
  /** A text that is compared byte by byte. */
  readonly text: string;
  /** Ends every `CREATE TABLE`. */
  readonly table: string;
  /** Ends that of connections, whose rows are written over and over. */
  readonly connections: string;
}

/** What is open or was for longer than this has an index of its own, ms: all others began shortly before any moment. */
export const LASTING_MS = 21_600_000;
export const LASTING = `(closed_at IS NULL OR closed_at - created_at > ${LASTING_MS})`;

/** Tables and indexes of version 1. Every query of the stores has one of these to go by, which their tests hold. */
export function schema({ integer, text, table, connections }: Dialect): string {
  return `
CREATE TABLE IF NOT EXISTS monitor_clients (hash ${text} PRIMARY KEY, client ${text} NOT NULL) ${table};
CREATE TABLE IF NOT EXISTS monitor_connections (
  instance_id ${text} NOT NULL,
  session_id ${text} NOT NULL,
  created_at ${integer} NOT NULL,
  last_activity_at ${integer} NOT NULL,
  closed_at ${integer},
  close_reason ${text},
  opened_at ${integer},
  transport ${text},
  host ${text},
  ip ${text},
  country ${text},
  client ${text},
  previous_id ${text},
  flags INTEGER NOT NULL,
  user_id ${text},
  guid ${text},
  login_at ${integer},
  logout_at ${integer},
  identity ${text},
  PRIMARY KEY (session_id, instance_id)
) ${connections};
CREATE INDEX IF NOT EXISTS monitor_connections_created ON monitor_connections (created_at, closed_at);
CREATE INDEX IF NOT EXISTS monitor_connections_closed ON monitor_connections (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS monitor_connections_open ON monitor_connections (instance_id, session_id) WHERE closed_at IS NULL;
CREATE INDEX IF NOT EXISTS monitor_connections_lasting ON monitor_connections (created_at, instance_id, session_id) WHERE ${LASTING};
CREATE INDEX IF NOT EXISTS monitor_connections_user ON monitor_connections (user_id, created_at) WHERE user_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS monitor_earlier_users (
  user_id ${text} NOT NULL, instance_id ${text} NOT NULL, session_id ${text} NOT NULL,
  PRIMARY KEY (user_id, instance_id, session_id)
) ${table};
CREATE INDEX IF NOT EXISTS monitor_earlier_users_connection ON monitor_earlier_users (instance_id, session_id);
CREATE TABLE IF NOT EXISTS monitor_instances (
  instance_id ${text} PRIMARY KEY, started_at ${integer} NOT NULL, lease_at ${integer} NOT NULL, ended_at ${integer}
) ${table};
CREATE TABLE IF NOT EXISTS monitor_jobs (job ${text} PRIMARY KEY, holder ${text} NOT NULL, until ${integer} NOT NULL) ${table};
CREATE TABLE IF NOT EXISTS monitor_state (name ${text} PRIMARY KEY, value ${integer} NOT NULL) ${table};
CREATE TABLE IF NOT EXISTS monitor_rollups (
  dimension ${text} NOT NULL, slot ${integer} NOT NULL, value ${text} NOT NULL,
  opening ${integer} NOT NULL, started ${integer} NOT NULL, peak ${integer} NOT NULL,
  connected_ms ${integer} NOT NULL, sum_ms ${integer} NOT NULL,
  PRIMARY KEY (dimension, slot, value)
) ${table};
CREATE INDEX IF NOT EXISTS monitor_rollups_slot ON monitor_rollups (slot);
CREATE TABLE IF NOT EXISTS monitor_rollup_users (
  slot ${integer} NOT NULL, user_id ${text} NOT NULL, union_ms ${integer} NOT NULL,
  ${ROLLED.map(([, column]) => `${column} ${text}`).join(", ")},
  PRIMARY KEY (slot, user_id)
) ${table};
CREATE INDEX IF NOT EXISTS monitor_rollup_users_user ON monitor_rollup_users (user_id);
CREATE TABLE IF NOT EXISTS monitor_rollup_divided (
  dimension ${text} NOT NULL, slot ${integer} NOT NULL, value ${text} NOT NULL, user_id ${text} NOT NULL, union_ms ${integer} NOT NULL,
  PRIMARY KEY (dimension, slot, value, user_id)
) ${table};
CREATE INDEX IF NOT EXISTS monitor_rollup_divided_slot ON monitor_rollup_divided (slot);
CREATE INDEX IF NOT EXISTS monitor_rollup_divided_user ON monitor_rollup_divided (user_id);
INSERT INTO monitor_state (name, value) VALUES ('version', 1) ON CONFLICT (name) DO NOTHING;
`;
}
