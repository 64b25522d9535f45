import { createHash } from "node:crypto";
import pg from "pg";
import { columnOf, ROLLED } from "../../aggregate/measures.js";
import { type ClientInfo, type Facts, join } from "../../model/facts.js";
import { withoutUser } from "../memory.js";
import { COLUMNS, earlierUsers, fromRow, perConnection, type Row, toRow } from "../rows.js";
import { LASTING_MS, schema } from "../schema.js";
import type { SessionStore, StoreNow } from "../store.js";
import * as sql from "./sql.js";

/** Connections read at a time. */
const PAGE = 5000;
/** Two writers that wait for each other: one of them is ended, and tries again. */
const DEADLOCK = "40P01";
const TRIES = 3;

export interface PostgresStoreOptions {
  /** Where the database is, and how many connections to it; `pg`'s own. Tables are made in the first schema of its search path. */
  readonly connection: pg.PoolConfig;
  /** Epoch ms, the clock of leases. @default the database's */
  readonly now?: StoreNow;
  /** Hears of connections to the database that break while nobody uses them. */
  readonly onError?: (error: unknown) => void;
}

/**
 * A store in PostgreSQL 12 or newer, for instances on any number of machines.
 *
 * @throws Error when the database cannot be reached or its tables are of a later version
 */
export async function openPostgresStore({ connection, now, onError }: PostgresStoreOptions): Promise<SessionStore> {
  const pool = new pg.Pool({ max: 4, connectionTimeoutMillis: 5000, query_timeout: 60_000, ...connection });
  pool.on("error", (error) => onError?.(error));
  // Every query has an index, which its tests hold; for 500 keys the planner would still rather read a table of 100,000 rows.
  pool.on("connect", (client) => void client.query("SET enable_seqscan = off").catch(() => {}));
  const clients = new Map<string, ClientInfo>();

  type Queries = Pick<pg.PoolClient, "query">;
  const rowsOf = async <T extends object>(on: Queries, text: string, ...values: unknown[]): Promise<T[]> =>
    (await on.query(text, values)).rows as T[];
  const countOf = async (on: Queries, text: string, ...values: unknown[]): Promise<number> =>
    (await on.query(text, values)).rowCount ?? 0;
  const time = () => now?.() ?? null;

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
        if (code !== DEADLOCK || tries === TRIES) throw error;
      } finally {
        client.release(broken);
      }
    }
  }

  try {
    await begun(async (client) => {
      await client.query(sql.LOCK, ["tables"]);
      // Room on each page for a heartbeat's new rows, which then need nothing of the indexes.
      const connections = "WITH (fillfactor = 70)";
      await client.query(schema({ integer: "BIGINT", text: 'TEXT COLLATE "C"', table: "", connections }));
      const [state] = await rowsOf<{ value: string }>(client, sql.STATE, "version");
      if (Number(state?.value) !== 1)
        throw new Error(
          `its tables were made by a later version of the session monitor (${state?.value}; this one knows 1)`,
        );
    });
  } catch (error) {
    await pool.end();
    throw new Error(
      `the session monitor's PostgreSQL cannot be used: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }

  /** Rows of these, with clients that are not in their table yet put there. */
  async function toRows(on: Queries, facts: readonly Facts[]): Promise<Row[]> {
    const fresh = new Map<string, string>();
    const rows = facts.map((one) =>
      toRow(one, (json) => {
        const hash = createHash("sha256").update(json).digest("base64url").slice(0, 22);
        if (!clients.has(hash)) fresh.set(hash, json);
        return hash;
      }),
    );
    if (fresh.size > 0) await on.query(sql.ADD_CLIENTS, [[...fresh.keys()], [...fresh.values()]]);
    return rows;
  }

  async function toFacts(on: Queries, rows: readonly Row[]): Promise<Facts[]> {
    const unknown = new Set(rows.flatMap(({ client }) => (client === null || clients.has(client) ? [] : [client])));
    if (unknown.size > 0) {
      for (const { hash, client } of await rowsOf<{ hash: string; client: string }>(on, sql.CLIENTS, [...unknown]))
        clients.set(hash, JSON.parse(client));
    }
    return rows.map((row) => fromRow(row, (hash) => clients.get(hash) ?? {}));
  }

  const columnsOf = (rows: readonly Row[]) => COLUMNS.map((column) => rows.map((row) => row[column]));

  async function put(on: Queries, facts: readonly Facts[], rows?: readonly Row[]): Promise<void> {
    const written = rows ?? (await toRows(on, facts));
    if (!rows) await on.query(sql.PUT, columnsOf(written));
    const earlier = facts.flatMap((one, index) => {
      const row = written[index];
      return row ? earlierUsers(one, row).map((user) => [user, row.instance_id, row.session_id] as const) : [];
    });
    if (earlier.length > 0)
      await on.query(
        sql.ADD_EARLIER_USERS,
        [0, 1, 2].map((column) => earlier.map((one) => one[column])),
      );
  }

  async function merge(on: Queries, facts: readonly Facts[]): Promise<void> {
    const rows = await toRows(on, facts);
    const added = await rowsOf<Row>(on, sql.ADD, ...columnsOf(rows));
    const keyOf = (row: Pick<Row, "instance_id" | "session_id">) => JSON.stringify([row.instance_id, row.session_id]);
    const isNew = new Set(added.map(keyOf));
    const news = facts.filter((_one, index) => isNew.has(keyOf(rows[index] as Row)));
    await put(
      on,
      news,
      rows.filter((row) => isNew.has(keyOf(row))),
    );
    const rest = facts.filter((_one, index) => !isNew.has(keyOf(rows[index] as Row)));
    if (rest.length === 0) return;
    const keys = [rest.map(({ instanceId }) => instanceId), rest.map(({ sessionId }) => sessionId)];
    const before = await toFacts(on, await rowsOf<Row>(on, sql.LOCKED, ...keys));
    await put(on, perConnection([...before, ...rest], join));
  }

  async function* paged(text: string, values: readonly number[], begin: number): AsyncGenerator<Facts[]> {
    let after = [begin, "", ""] as readonly (string | number)[];
    for (;;) {
      const rows = await rowsOf<Row>(pool, text, ...values, ...after, PAGE);
      const last = rows.at(-1);
      if (!last) return;
      yield await toFacts(pool, rows);
      after = [last.created_at, last.instance_id, last.session_id];
    }
  }
  const list = async (text: string, ...values: unknown[]) => toFacts(pool, await rowsOf<Row>(pool, text, ...values));

  return {
    async merge(facts) {
      const all = perConnection(facts, join);
      await begun((client) => merge(client, all));
    },
    beat: (instanceId, sessionIds, at) => countOf(pool, sql.BEAT, at, instanceId, sessionIds),
    async renewLease(instanceId) {
      return (await countOf(pool, sql.RENEW, instanceId, time())) > 0;
    },
    async sweep(leaseMs) {
      const [look] = await rowsOf<{ found: boolean }>(pool, sql.HAS_LOST, time(), leaseMs);
      if (!look?.found) return { connections: 0 };
      return begun(async (client) => {
        await client.query(sql.END_STALE, [time(), leaseMs]);
        const [lost] = await rowsOf<{ connections: string; earliest: string | null }>(client, sql.CLOSE_LOST);
        const earliest = lost?.earliest ?? null;
        return { connections: Number(lost?.connections), ...(earliest !== null && { earliest: Number(earliest) }) };
      });
    },
    endInstance: (instanceId, at) =>
      begun(async (client) => {
        await client.query(sql.END_INSTANCE, [instanceId, time()]);
        return countOf(client, sql.CLOSE_ALL, at, instanceId);
      }),

    async get(instanceId, sessionId) {
      return (await list(sql.GET, instanceId, sessionId))[0];
    },
    async list({ userId, open, from = 0, to = Number.MAX_SAFE_INTEGER, limit }) {
      if (userId === undefined)
        return list(open === undefined ? sql.LIST : open ? sql.LIST_OPEN : sql.LIST_CLOSED, from, to, limit);
      const found = await list(sql.OF_USER, userId);
      const isAsked = (facts: Facts) =>
        facts.createdAt >= from && facts.createdAt < to && (open === undefined || open === !facts.closed);
      return found.filter(isAsked).slice(0, limit);
    },
    async openIds(instanceId, after, limit) {
      const rows = await rowsOf<{ session_id: string }>(pool, sql.OPEN_IDS, instanceId, after, limit);
      return rows.map(({ session_id }) => session_id);
    },
    async *overlapping(from, to) {
      // These all began before those: the order is kept.
      yield* paged(sql.OVERLAPPING_LASTING, [from - LASTING_MS, from], -1);
      yield* paged(sql.OVERLAPPING, [to, from], from - LASTING_MS);
    },
    async oldest() {
      const [found] = await rowsOf<{ oldest: string | null }>(pool, sql.OLDEST);
      return found?.oldest === null || found === undefined ? undefined : Number(found.oldest);
    },

    purge: (endedBefore, limit) =>
      begun(async (client) => {
        const gone = await rowsOf<Row>(client, sql.PURGE, endedBefore, limit);
        const keys = [gone.map(({ instance_id }) => instance_id), gone.map(({ session_id }) => session_id)];
        await client.query(sql.PURGE_EARLIER_USERS, keys);
        await client.query(sql.PURGE_INSTANCES, [endedBefore]);
        return gone.length;
      }),
    async purgeRollups(before, limit) {
      let gone = await countOf(pool, sql.PURGE_ROLLUPS, before, limit);
      gone += await countOf(pool, sql.PURGE_ROLLUP_USERS, before, limit - gone);
      return gone + (await countOf(pool, sql.PURGE_ROLLUP_DIVIDED, before, limit - gone));
    },
    erase: (userId) =>
      begun(async (client) => {
        const found = await toFacts(client, await rowsOf<Row>(client, sql.OF_USER, userId));
        const keys = [found.map(({ instanceId }) => instanceId), found.map(({ sessionId }) => sessionId)];
        const locked = await toFacts(client, await rowsOf<Row>(client, sql.LOCKED, ...keys));
        await put(
          client,
          locked.map((facts) => withoutUser(facts, userId)),
        );
        await client.query(sql.ERASE_EARLIER_USER, [userId]);
        await client.query(sql.ERASE_ROLLUP_USER, [userId]);
        await client.query(sql.ERASE_ROLLUP_DIVIDED, [userId]);
        return found.length;
      }),

    async acquire(job, holder, ttlMs) {
      return (await countOf(pool, sql.ACQUIRE, job, holder, time(), ttlMs)) > 0;
    },

    async readMark(name) {
      const [state] = await rowsOf<{ value: string }>(pool, sql.STATE, `mark ${name}`);
      return Number(state?.value ?? 0);
    },
    async writeMark(name, at) {
      await pool.query(sql.WRITE_MARK, [`mark ${name}`, at]);
    },

    async watermark() {
      const [state] = await rowsOf<{ value: string }>(pool, sql.STATE, "watermark");
      return Number(state?.value ?? 0);
    },
    writeRollups: (from, to, { totals, users, divided }, final) =>
      begun(async (client) => {
        await client.query(sql.LOCK, ["rollups"]);
        await client.query(sql.DROP_ROLLUPS, [from, to]);
        await client.query(sql.DROP_ROLLUP_USERS, [from, to]);
        await client.query(sql.DROP_ROLLUP_DIVIDED, [from, to]);
        await client.query(sql.ADD_ROLLUPS, [
          totals.map(({ dimension }) => dimension),
          totals.map(({ slot }) => slot),
          totals.map(({ value }) => value),
          totals.map(({ opening }) => opening),
          totals.map(({ started }) => started),
          totals.map(({ peak }) => peak),
          totals.map(({ connectedMs }) => connectedMs),
          totals.map(({ sumMs }) => sumMs),
        ]);
        await client.query(sql.ADD_ROLLUP_USERS, [
          users.map(({ slot }) => slot),
          users.map(({ userId }) => userId),
          users.map(({ unionMs }) => unionMs),
          ...ROLLED.map((_dimension, index) => users.map(({ values }) => values[index] ?? null)),
        ]);
        await client.query(sql.ADD_ROLLUP_DIVIDED, [
          divided.map(({ dimension }) => dimension),
          divided.map(({ slot }) => slot),
          divided.map(({ value }) => value),
          divided.map(({ userId }) => userId),
          divided.map(({ unionMs }) => unionMs),
        ]);
        if (final) await client.query(sql.ADVANCE, [to]);
      }),
    async reopen(at) {
      await pool.query(sql.REOPEN, [at]);
    },
    async readRollups(dimension, buckets) {
      const edges = [buckets.map(({ from }) => from), buckets.map(({ to }) => to)];
      const rows = await rowsOf<Record<string, string>>(
        pool,
        sql.readRollups(columnOf(dimension)),
        dimension,
        ...edges,
      );
      return rows.map((row) => ({
        bucket: Number(row.bucket),
        value: row.value ?? "",
        opening: Number(row.opening),
        started: Number(row.started),
        peakConcurrent: Number(row.peak),
        connectedTime: Number(row.connected_ms),
        uniqueUsers: Number(row.users),
        timeSum: Number(row.sum_ms),
        timeUnion: Number(row.union_ms),
      }));
    },

    close: () => pool.end(),
  };
}
