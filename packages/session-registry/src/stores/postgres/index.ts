import pg from "pg";
import { MAX_MARKS, type Mark } from "../../model/marks.js";
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
import * as shared from "../sql.js";
import { type Changes, NOTICES_SEEN_MS, type RegistryStore } from "../store.js";
import * as sql from "./sql.js";

/** Two that wait for each other: one is ended, and tries again. So does one that a copy of the database cannot serve. */
const AGAIN: ReadonlySet<unknown> = new Set(["40P01", "40001"]);
const TRIES = 3;

export interface PostgresStoreOptions {
  /** Where the database is, and how many connections to it; `pg`'s own. Tables are made in the first schema of its search path. */
  readonly connection: pg.PoolConfig;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
  /** Hears of connections to the database that break while nobody uses them. */
  readonly onError?: (error: unknown) => void;
}

/**
 * A store in PostgreSQL 12 or newer, for instances on any number of machines.
 *
 * @throws Error when the database cannot be reached or its tables are of a later version
 */
export async function openPostgresStore({
  connection,
  now = Date.now,
  onError,
}: PostgresStoreOptions): Promise<RegistryStore> {
  const pool = new pg.Pool({ max: 10, connectionTimeoutMillis: 5000, query_timeout: 30_000, ...connection });
  pool.on("error", (error) => onError?.(error));

  type Queries = Pick<pg.PoolClient, "query">;
  // Named, so that the database reads and plans each but once on a connection.
  const query = (on: Queries, text: string, values: readonly unknown[]) =>
    on.query({ name: sql.nameOf(text), text: sql.numbered(text), values: [...values] });
  const all = async <T extends object>(on: Queries, text: string, ...values: readonly unknown[]): Promise<T[]> =>
    (await query(on, text, values)).rows as T[];
  const run = async (on: Queries, text: string, ...values: readonly unknown[]): Promise<number> =>
    (await query(on, text, values)).rowCount ?? 0;

  async function begun<T>(work: (client: Queries) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const client = await pool.connect();
      let broken = false;
      try {
        await client.query("BEGIN");
        const result = await work(client);
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => {
          broken = true;
        });
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        if (!AGAIN.has(code) || tries === TRIES) throw error;
      } finally {
        client.release(broken);
      }
    }
  }

  try {
    await begun(async (client) => {
      await client.query(sql.LOCK_TABLES);
      const serial = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
      await client.query(schema({ integer: "BIGINT", text: 'TEXT COLLATE "C"', serial }));
      const [state] = await all<{ value: string }>(client, shared.VERSION_OF);
      if (Number(state?.value) !== VERSION)
        throw new Error(
          `its tables were made by a later version of the session registry (${state?.value}; this one knows ${VERSION})`,
        );
    });
  } catch (error) {
    await pool.end();
    const why = error instanceof Error ? error.message : error;
    throw new Error(`the session registry's PostgreSQL cannot be used: ${why}`, { cause: error });
  }

  const toMark = ({ mark, seen_at }: { mark: string; seen_at: string }): Mark => ({ mark, seenAt: Number(seen_at) });
  const marksOf = async (on: Queries, userId: string) =>
    (await all<{ mark: string; seen_at: string }>(on, shared.MARKS, userId)).map(toMark);
  const noticesOf = async (on: Queries, userId: string, since: number, limit: number | null) =>
    (await all<NoticeRow>(on, shared.NOTICES_OF, userId, since, limit)).map(toNotice);

  async function apply(
    on: Queries,
    userId: string,
    { put = [], remove = [], marks = [], audit = [], notices = [], reported }: Changes,
  ): Promise<void> {
    if (remove.length > 0) await run(on, sql.REMOVE, remove);
    if (put.length > 0) await run(on, sql.PUT, ...sql.columns(put.map(sessionValues), 7));
    if (marks.length > 0) {
      const latest = new Map(marks.map(({ mark, seenAt }) => [mark, seenAt]));
      await run(on, sql.PUT_MARKS, userId, [...latest.keys()], [...latest.values()]);
      await run(on, shared.CROWDED, userId, userId, MAX_MARKS);
    }
    if (audit.length > 0) {
      const rows = audit.map((event) => [event.userId, event.at, JSON.stringify(event)] as const);
      await run(on, sql.ADD_AUDIT, ...sql.columns(rows, 3));
    }
    for (const notice of notices) await run(on, shared.PUT_NOTICE, ...noticeValues(notice));
    if (reported) await run(on, shared.REPORTED, reported.at, reported.id);
  }

  return {
    async find(guid) {
      const [row] = await all<{ data: string }>(pool, shared.FIND, guid);
      return row && toSession(row);
    },
    async findAll(guids) {
      return (await all<{ data: string }>(pool, sql.FIND_ALL, guids)).map(toSession);
    },
    async sessionsOf(userId) {
      return (await all<{ data: string }>(pool, shared.OF_USER, userId)).map(toSession);
    },
    async marksOf(userId, asked) {
      return (await all<{ mark: string; seen_at: string }>(pool, sql.MARKS_ASKED, userId, asked)).map(toMark);
    },

    change: (userId, decide) =>
      begun(async (client) => {
        await run(client, sql.LOCK_USER, userId);
        const sessions = (await all<{ data: string }>(client, sql.LOCKED_OF_USER, userId)).map(toSession);
        const marks = await marksOf(client, userId);
        const notices = await noticesOf(client, userId, now() - NOTICES_SEEN_MS, null);
        const { result, ...changes } = decide({ sessions, marks, notices });
        await apply(client, userId, changes);
        return result;
      }),
    async replace(session, expected, also = {}) {
      const values = [session.version, overAt(session), JSON.stringify(session), session.guid, expected];
      const isAlone = (also.audit ?? []).length + (also.marks ?? []).length === 0;
      if (isAlone) return (await run(pool, shared.REPLACE, ...values)) > 0;
      return begun(async (client) => {
        if ((await run(client, shared.REPLACE, ...values)) === 0) return false;
        await apply(client, session.userId, also);
        return true;
      });
    },

    async audit({ userId, after = 0, limit }) {
      const rows =
        userId === undefined
          ? await all<{ id: string; data: string }>(pool, shared.AUDIT, after, limit)
          : await all<{ id: string; data: string }>(pool, shared.AUDIT_OF, userId, after, limit);
      return rows.map(toAudit);
    },
    async claim(at, leaseMs, limit) {
      return (await all<NoticeRow>(pool, sql.CLAIM, at + leaseMs, at, at, limit)).map(toNotice);
    },
    async settle(notice) {
      await run(pool, shared.SETTLE, ...settleValues(notice));
    },
    async notice(id) {
      const [row] = await all<NoticeRow>(pool, shared.NOTICE, id);
      return row && toNotice(row);
    },
    noticesOf: (userId, since) => noticesOf(pool, userId, since, 50),

    async readMark(name) {
      const [row] = await all<{ value: string }>(pool, shared.MARK_OF, name);
      return Number(row?.value ?? 0);
    },
    async writeMark(name, value) {
      await run(pool, shared.PUT_MARK_OF, name, value);
    },

    async purge(before, limit) {
      let gone = 0;
      for (const [text, at] of [
        [shared.PURGE_OVER, before.expired],
        [shared.PURGE_ENDED, before.ended],
        [shared.PURGE_MARKS, before.marks],
        [shared.PURGE_AUDIT, before.audit],
        [shared.PURGE_NOTICES, before.notices],
      ] as const)
        gone += await run(pool, text, at, limit);
      return gone;
    },
    erase: (userId) =>
      begun(async (client) => {
        await run(client, sql.LOCK_USER, userId);
        for (const row of await all<{ id: string; data: string }>(client, shared.AUDIT_OF, userId, 0, null)) {
          const event = toAudit(row);
          await run(client, shared.ERASE_AUDIT, JSON.stringify(anonymous(event)), event.id);
        }
        await run(client, shared.ERASE_MARKS, userId);
        await run(client, shared.ERASE_NOTICES, userId);
        return run(client, shared.ERASE_SESSIONS, userId);
      }),
    close: () => pool.end(),
  };
}
