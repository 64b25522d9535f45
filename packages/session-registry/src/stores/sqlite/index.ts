import Database from "libsql";
import { MAX_MARKS } from "../../model/marks.js";
import type { Session } from "../../model/session.js";
import {
  anonymous,
  type NoticeRow,
  noticeValues,
  overAt,
  sessionValues,
  settleValues,
  toAudit,
  toNotice,
  toSession,
} from "../rows.js";
import { schema, VERSION } from "../schema.js";
import * as sql from "../sql.js";
import { type Changes, NOTICES_SEEN_MS, type RegistryStore } from "../store.js";

export interface SqliteStoreOptions {
  /** File that all instances on this machine share; made when it is missing. `:memory:` is one process's own. */
  readonly path: string;
  /** How long a write waits for another process's, ms. @default 5000 */
  readonly busyMs?: number;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
}

/**
 * A store in one SQLite file: any number of processes on one machine, nothing else to run. What was answered is on disk.
 *
 * @throws Error when the file cannot be opened or is of a later version
 */
export function openSqliteStore({ path, busyMs = 5000, now = Date.now }: SqliteStoreOptions): RegistryStore {
  // Its types are better-sqlite3's, which take the options that this call needs.
  const database = new Database(path, { timeout: busyMs } as Database.Options);
  database.pragma("journal_mode = WAL");
  // A sign-out that a power cut takes back would let somebody in.
  database.pragma("synchronous = FULL");
  begun(() => database.exec(schema({ integer: "INTEGER", text: "TEXT", serial: "INTEGER PRIMARY KEY AUTOINCREMENT" })));
  const version = (database.prepare(sql.VERSION_OF).get() as { value: number } | undefined)?.value;
  if (version !== VERSION) {
    database.close();
    throw new Error(
      `${path} was written by a later version of the session registry (${version}; this one knows ${VERSION})`,
    );
  }

  const prepared = new Map<string, Database.Statement>();
  function statement(text: string): Database.Statement {
    const found = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, found);
    return found;
  }
  const run = (text: string, ...values: readonly unknown[]): number => statement(text).run(values).changes;
  const all = <T>(text: string, ...values: readonly unknown[]): T[] => statement(text).all(values) as T[];
  const sessionsOf = (userId: string): Session[] => all<{ data: string }>(sql.OF_USER, userId).map(toSession);
  const toMark = ({ mark, seen_at }: { mark: string; seen_at: number }) => ({ mark, seenAt: seen_at });
  const marksOf = (userId: string) => all<{ mark: string; seen_at: number }>(sql.MARKS, userId).map(toMark);
  const noticesOf = (userId: string, since: number, limit: number) =>
    all<NoticeRow>(sql.NOTICES_OF, userId, since, limit).map(toNotice);

  /** Takes the write lock first: a transaction that reads and then wants it could not wait for others. */
  function begun<T>(work: () => T): T {
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  }

  function apply(
    userId: string,
    { put = [], remove = [], marks = [], audit = [], notices = [], reported }: Changes,
  ): void {
    for (const guid of remove) run(sql.REMOVE, guid);
    for (const session of put) run(sql.PUT, ...sessionValues(session));
    for (const { mark, seenAt } of marks) run(sql.PUT_MARK, userId, mark, seenAt);
    if (marks.length > 0) run(sql.CROWDED, userId, userId, MAX_MARKS);
    for (const event of audit) run(sql.ADD_AUDIT, event.userId, event.at, JSON.stringify(event));
    for (const notice of notices) run(sql.PUT_NOTICE, ...noticeValues(notice));
    if (reported) run(sql.REPORTED, reported.at, reported.id);
  }

  return {
    async find(guid) {
      const [row] = all<{ data: string }>(sql.FIND, guid);
      return row && toSession(row);
    },
    async findAll(guids) {
      return guids.flatMap((guid) => all<{ data: string }>(sql.FIND, guid).map(toSession));
    },
    async sessionsOf(userId) {
      return sessionsOf(userId);
    },
    async marksOf(userId, asked) {
      return marksOf(userId).filter(({ mark }) => asked.includes(mark));
    },

    async change(userId, decide) {
      return begun(() => {
        const notices = noticesOf(userId, now() - NOTICES_SEEN_MS, -1);
        const { result, ...changes } = decide({ sessions: sessionsOf(userId), marks: marksOf(userId), notices });
        apply(userId, changes);
        return result;
      });
    },
    async replace(session, expected, also = {}) {
      const values = [session.version, overAt(session), JSON.stringify(session), session.guid, expected];
      const isAlone = (also.audit ?? []).length + (also.marks ?? []).length === 0;
      if (isAlone) return run(sql.REPLACE, ...values) > 0;
      return begun(() => {
        if (run(sql.REPLACE, ...values) === 0) return false;
        apply(session.userId, also);
        return true;
      });
    },

    async audit({ userId, after = 0, limit }) {
      const rows =
        userId === undefined
          ? all<{ id: number; data: string }>(sql.AUDIT, after, limit)
          : all<{ id: number; data: string }>(sql.AUDIT_OF, userId, after, limit);
      return rows.map(toAudit);
    },
    async claim(at, leaseMs, limit) {
      return all<NoticeRow>(sql.claim(""), at + leaseMs, at, at, limit).map(toNotice);
    },
    async settle(notice) {
      run(sql.SETTLE, ...settleValues(notice));
    },
    async notice(id) {
      const [row] = all<NoticeRow>(sql.NOTICE, id);
      return row && toNotice(row);
    },
    async noticesOf(userId, since) {
      return noticesOf(userId, since, 50);
    },

    async readMark(name) {
      return all<{ value: number }>(sql.MARK_OF, name)[0]?.value ?? 0;
    },
    async writeMark(name, value) {
      run(sql.PUT_MARK_OF, name, value);
    },

    async purge(before, limit) {
      return (
        run(sql.PURGE_OVER, before.expired, limit) +
        run(sql.PURGE_ENDED, before.ended, limit) +
        run(sql.PURGE_MARKS, before.marks, limit) +
        run(sql.PURGE_AUDIT, before.audit, limit) +
        run(sql.PURGE_NOTICES, before.notices, limit)
      );
    },
    async erase(userId) {
      return begun(() => {
        for (const event of all<{ id: number; data: string }>(sql.AUDIT_OF, userId, 0, -1).map(toAudit))
          run(sql.ERASE_AUDIT, JSON.stringify(anonymous(event)), event.id);
        run(sql.ERASE_MARKS, userId);
        run(sql.ERASE_NOTICES, userId);
        return run(sql.ERASE_SESSIONS, userId);
      });
    },
    async close() {
      database.close();
    },
  };
}
