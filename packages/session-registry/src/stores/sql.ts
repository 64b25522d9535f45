/** Statements of both databases; PostgreSQL's are numbered from these. */

export const VERSION_OF = "SELECT value FROM registry_state WHERE name = 'version'";

/** Names of marks never meet names of the store's own. */
export const MARK_OF = "SELECT value FROM registry_state WHERE name = 'mark ' || ?";
export const PUT_MARK_OF = `INSERT INTO registry_state (name, value) VALUES ('mark ' || ?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

export const FIND = "SELECT data FROM registry_sessions WHERE guid = ?";
export const OF_USER = "SELECT data FROM registry_sessions WHERE user_id = ?";
export const PUT = `INSERT INTO registry_sessions (guid, user_id, uid, version, over_at, ended_at, data)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (guid) DO UPDATE SET version = excluded.version, over_at = excluded.over_at, ended_at = excluded.ended_at, data = excluded.data`;
export const REPLACE =
  "UPDATE registry_sessions SET version = ?, over_at = ?, data = ? WHERE guid = ? AND version = ? AND ended_at IS NULL";
export const REMOVE = "DELETE FROM registry_sessions WHERE guid = ?";

export const MARKS = "SELECT mark, seen_at FROM registry_marks WHERE user_id = ?";
export const PUT_MARK = `INSERT INTO registry_marks (user_id, mark, seen_at) VALUES (?, ?, ?)
ON CONFLICT (user_id, mark) DO UPDATE SET seen_at = excluded.seen_at WHERE excluded.seen_at > registry_marks.seen_at`;
/** What marks a token as ended is kept: without it the token would let in again. */
export const CROWDED = `DELETE FROM registry_marks WHERE user_id = ? AND mark IN (
  SELECT mark FROM registry_marks WHERE user_id = ? AND mark NOT LIKE 'l:%' ORDER BY seen_at DESC LIMIT 1000000 OFFSET ?)`;

export const ADD_AUDIT = "INSERT INTO registry_audit (user_id, at, data) VALUES (?, ?, ?)";
export const AUDIT = "SELECT id, data FROM registry_audit WHERE id > ? ORDER BY id LIMIT ?";
export const AUDIT_OF = "SELECT id, data FROM registry_audit WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?";
export const ERASE_AUDIT = "UPDATE registry_audit SET user_id = '', data = ? WHERE id = ?";

export const NOTICE = "SELECT * FROM registry_notices WHERE id = ?";
export const NOTICES_OF =
  "SELECT * FROM registry_notices WHERE user_id = ? AND created_at >= ? ORDER BY created_at DESC, id LIMIT ?";
export const PUT_NOTICE = `INSERT INTO registry_notices
  (id, notice_key, user_id, created_at, due_at, state, attempts, sent, data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (notice_key) DO UPDATE SET data = excluded.data
WHERE registry_notices.state = 'waiting' AND registry_notices.attempts = 0 AND registry_notices.id = excluded.id`;
export const REPORTED = "UPDATE registry_notices SET reported_at = ? WHERE id = ?";
export const SETTLE =
  "UPDATE registry_notices SET state = ?, attempts = ?, due_at = ?, sent = ?, claimed_until = NULL WHERE id = ?";
/** @param skip how rows are left out that another instance is taking */
export const claim = (skip: string): string => `UPDATE registry_notices SET claimed_until = ? WHERE id IN (
  SELECT id FROM registry_notices WHERE state = 'waiting' AND due_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
  ORDER BY due_at LIMIT ? ${skip})
RETURNING *`;

const purge = (table: string, key: string, where: string) =>
  `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ?)`;
export const PURGE_OVER = purge("registry_sessions", "guid", "over_at < ? AND ended_at IS NULL");
export const PURGE_ENDED = purge("registry_sessions", "guid", "ended_at IS NOT NULL AND ended_at < ?");
export const PURGE_MARKS = `DELETE FROM registry_marks WHERE (user_id, mark) IN (
  SELECT user_id, mark FROM registry_marks WHERE seen_at < ? LIMIT ?)`;
export const PURGE_AUDIT = purge("registry_audit", "id", "at < ?");
export const PURGE_NOTICES = purge("registry_notices", "id", "created_at < ?");

export const ERASE_SESSIONS = "DELETE FROM registry_sessions WHERE user_id = ?";
export const ERASE_MARKS = "DELETE FROM registry_marks WHERE user_id = ?";
export const ERASE_NOTICES = "DELETE FROM registry_notices WHERE user_id = ?";
