import { createHash } from "node:crypto";
import { claim } from "../sql.js";

/** Turns `?` into `$1`, `$2` and so on. No text of a statement has one. */
export function numbered(text: string): string {
  let number = 0;
  return text.replace(/\?/g, () => {
    number += 1;
    return `$${number}`;
  });
}

/** A name for a statement, the same wherever it is used. */
export const nameOf = (text: string): string =>
  `registry_${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;

/** Rows as one list for each of their columns, as `unnest` takes them. */
export const columns = (rows: readonly (readonly unknown[])[], count: number): unknown[][] =>
  Array.from({ length: count }, (_, column) => rows.map((row) => row[column]));

/** Two instances that start at once must not make the tables twice. */
export const LOCK_TABLES = "SELECT pg_advisory_xact_lock(hashtextextended('registry tables', 0))";
/** Nobody else decides about this user until the transaction ends; also where the user has no row yet. */
export const LOCK_USER = "SELECT pg_advisory_xact_lock(hashtextextended(?, 5))";
/** A request's own write waits too, and finds another version then. */
export const LOCKED_OF_USER = "SELECT data FROM registry_sessions WHERE user_id = ? ORDER BY guid FOR UPDATE";
export const FIND_ALL = "SELECT data FROM registry_sessions WHERE guid = ANY (?)";
export const MARKS_ASKED = "SELECT mark, seen_at FROM registry_marks WHERE user_id = ? AND mark = ANY (?)";
export const REMOVE = "DELETE FROM registry_sessions WHERE guid = ANY (?)";
export const PUT = `INSERT INTO registry_sessions (guid, user_id, uid, version, over_at, ended_at, data)
SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
ON CONFLICT (guid) DO UPDATE SET version = excluded.version, over_at = excluded.over_at, ended_at = excluded.ended_at, data = excluded.data`;
export const PUT_MARKS = `INSERT INTO registry_marks (user_id, mark, seen_at)
SELECT ?, mark, seen_at FROM unnest(?::text[], ?::bigint[]) AS given (mark, seen_at)
ON CONFLICT (user_id, mark) DO UPDATE SET seen_at = excluded.seen_at WHERE excluded.seen_at > registry_marks.seen_at`;
export const ADD_AUDIT =
  "INSERT INTO registry_audit (user_id, at, data) SELECT * FROM unnest(?::text[], ?::bigint[], ?::text[])";
export const CLAIM = claim("FOR UPDATE SKIP LOCKED");
