import { createHash } from "node:crypto";
import Database from "libsql";
import { columnOf } from "../../aggregate/measures.js";
import { breathe } from "../../clock.js";
import { type ClientInfo, type Facts, join } from "../../model/facts.js";
import { withoutUser } from "../memory.js";
import { COLUMNS, earlierUsers, fromRow, perConnection, type Row, toRow } from "../rows.js";
import { LASTING_MS, schema } from "../schema.js";
import type { SessionStore, StoreNow } from "../store.js";
import * as sql from "./sql.js";

const TABLE = "STRICT, WITHOUT ROWID";
/** Connections read at a time. */
const PAGE = 2000;

export interface SqliteStoreOptions {
  /** File that all instances on this machine share; made when it is missing. `:memory:` is one process's own. */
  readonly path: string;
  /** How long a write waits for another process's, ms. @default 5000 */
  readonly busyMs?: number;
  /** Epoch ms, the clock of leases. @default SQLite's, which is the machine's */
  readonly now?: StoreNow;
}

/**
 * A store in one SQLite file: any number of processes on one machine, nothing else to run.
 *
 * @throws Error when the file cannot be opened or is of a later version
 */
export function openSqliteStore({ path, busyMs = 5000, now }: SqliteStoreOptions): SessionStore {
  // Its types are better-sqlite3's, which take the options that this call needs.
  const database = new Database(path, { timeout: busyMs } as Database.Options);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  begun(() => database.exec(schema({ integer: "INTEGER", text: "TEXT", table: TABLE, connections: TABLE })));
  const version = (database.prepare(sql.STATE).get("version") as { value: number } | undefined)?.value;
  if (version !== 1) {
    database.close();
    throw new Error(`${path} was written by a later version of the session monitor (${version}; this one knows 1)`);
  }

  const prepared = new Map<string, Database.Statement>();
  const clients = new Map<string, ClientInfo>();

  function statement(text: string): Database.Statement {
    const found = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, found);
    return found;
  }
  const run = (text: string, ...values: unknown[]): number => statement(text).run(values).changes;
  const all = <T>(text: string, ...values: unknown[]): T[] => statement(text).all(values) as T[];
  const get = <T>(text: string, ...values: unknown[]): T | undefined => statement(text).get(values) as T | undefined;

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

  const time = (): number => now?.() ?? get<{ now: number }>(sql.NOW)?.now ?? Date.now();

  function hashOf(json: string): string {
    const hash = createHash("sha256").update(json).digest("base64url").slice(0, 22);
    if (!clients.has(hash)) {
      run(sql.ADD_CLIENT, hash, json);
      clients.set(hash, JSON.parse(json));
    }
    return hash;
  }
  function clientOf(hash: string): ClientInfo {
    let client = clients.get(hash);
    if (!client) {
      client = JSON.parse(get<{ client: string }>(sql.CLIENT, hash)?.client ?? "{}") as ClientInfo;
      clients.set(hash, client);
    }
    return client;
  }
  const toFacts = (row: Row): Facts => fromRow(row, clientOf);
  const find = (instanceId: string, sessionId: string): Facts | undefined => {
    const row = get<Row>(sql.GET, instanceId, sessionId);
    return row && toFacts(row);
  };
  function put(facts: Facts): void {
    const row = toRow(facts, hashOf);
    run(sql.PUT, ...COLUMNS.map((column) => row[column]));
    for (const user of earlierUsers(facts, row)) run(sql.ADD_EARLIER_USER, user, row.instance_id, row.session_id);
  }
  async function* paged(text: string, values: readonly number[], begin: number): AsyncGenerator<Facts[]> {
    let after = { created_at: begin, instance_id: "", session_id: "" };
    for (;;) {
      const { created_at, instance_id, session_id } = after;
      const rows = all<Row>(text, ...values, created_at, created_at, instance_id, session_id, PAGE);
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map(toFacts);
      await breathe();
      after = last;
    }
  }
  const ofUser = (userId: string, limit: number) => all<Row>(sql.OF_USER, userId, userId, limit).map(toFacts);

  return {
    async merge(facts) {
      begun(() => {
        for (const one of perConnection(facts, join)) {
          const before = find(one.instanceId, one.sessionId);
          put(before ? join(before, one) : one);
        }
      });
    },
    async beat(instanceId, sessionIds, at) {
      return run(sql.BEAT, at, instanceId, JSON.stringify(sessionIds));
    },
    async renewLease(instanceId) {
      const at = time();
      return run(sql.RENEW, instanceId, at, at) > 0;
    },
    async sweep(leaseMs) {
      const at = time();
      // Mostly there is nothing, and a look takes no lock from anybody.
      if (!get(sql.STALE, at - leaseMs) && !get(sql.HOMELESS)) return { connections: 0 };
      return begun(() => {
        run(sql.END_STALE, at, at - leaseMs);
        const earliest = get<{ earliest: number | null }>(sql.EARLIEST_LOST)?.earliest ?? undefined;
        return { connections: run(sql.CLOSE_LOST), ...(earliest !== undefined && { earliest }) };
      });
    },
    async endInstance(instanceId, at) {
      return begun(() => {
        run(sql.END_INSTANCE, instanceId, time(), time(), time());
        return run(sql.CLOSE_ALL, at, instanceId);
      });
    },

    async get(instanceId, sessionId) {
      return find(instanceId, sessionId);
    },
    async list({ userId, open, from = 0, to = Number.MAX_SAFE_INTEGER, limit }) {
      const isAsked = (facts: Facts) =>
        facts.createdAt >= from && facts.createdAt < to && (open === undefined || open === !facts.closed);
      if (userId !== undefined) return ofUser(userId, -1).filter(isAsked).slice(0, limit);
      if (open) return all<Row>(sql.LIST_OPEN, from, to, limit).map(toFacts);
      return all<Row>(open === false ? sql.LIST_CLOSED : sql.LIST, from, to, limit).map(toFacts);
    },
    async openIds(instanceId, after, limit) {
      return all<{ session_id: string }>(sql.OPEN_IDS, instanceId, after, limit).map(({ session_id }) => session_id);
    },
    async *overlapping(from, to) {
      // These all began before those: the order is kept.
      yield* paged(sql.OVERLAPPING_LASTING, [from - LASTING_MS, from], -1);
      yield* paged(sql.OVERLAPPING, [to, from, from], from - LASTING_MS);
    },
    async oldest() {
      return get<{ oldest: number | null }>(sql.OLDEST)?.oldest ?? undefined;
    },

    async purge(endedBefore, limit) {
      return begun(() => {
        const gone = all<Row>(sql.PURGE, endedBefore, limit);
        for (const { instance_id, session_id } of gone) run(sql.PURGE_EARLIER_USERS, instance_id, session_id);
        run(sql.PURGE_INSTANCES, endedBefore);
        return gone.length;
      });
    },
    async purgeRollups(before, limit) {
      let gone = run(sql.PURGE_ROLLUPS, before, limit);
      gone += run(sql.PURGE_ROLLUP_USERS, before, limit - gone);
      return gone + run(sql.PURGE_ROLLUP_DIVIDED, before, limit - gone);
    },
    async erase(userId) {
      return begun(() => {
        const found = ofUser(userId, -1);
        for (const facts of found) put(withoutUser(facts, userId));
        run(sql.ERASE_EARLIER_USER, userId);
        run(sql.ERASE_ROLLUP_USER, userId);
        run(sql.ERASE_ROLLUP_DIVIDED, userId);
        return found.length;
      });
    },

    async acquire(job, holder, ttlMs) {
      const at = time();
      return run(sql.ACQUIRE, job, holder, at + ttlMs, at) > 0;
    },

    async readMark(name) {
      return get<{ value: number }>(sql.STATE, `mark ${name}`)?.value ?? 0;
    },
    async writeMark(name, at) {
      run(sql.WRITE_MARK, `mark ${name}`, at);
    },

    async watermark() {
      return get<{ value: number }>(sql.STATE, "watermark")?.value ?? 0;
    },
    async writeRollups(from, to, { totals, users, divided }, final) {
      begun(() => {
        run(sql.DROP_ROLLUPS, from, to);
        run(sql.DROP_ROLLUP_USERS, from, to);
        run(sql.DROP_ROLLUP_DIVIDED, from, to);
        for (const { dimension, slot, value, opening, started, peak, connectedMs, sumMs } of totals)
          run(sql.ADD_ROLLUP, dimension, slot, value, opening, started, peak, connectedMs, sumMs);
        for (const { slot, userId, unionMs, values } of users)
          run(sql.ADD_ROLLUP_USER, slot, userId, unionMs, ...values);
        for (const { dimension, slot, value, userId, unionMs } of divided)
          run(sql.ADD_ROLLUP_DIVIDED, dimension, slot, value, userId, unionMs);
        if (final) run(sql.ADVANCE, to);
      });
    },
    async reopen(at) {
      run(sql.REOPEN, at, at);
    },
    async readRollups(dimension, buckets) {
      const edges = JSON.stringify(buckets.map(({ from, to }) => [from, to]));
      return all(sql.readRollups(columnOf(dimension)), edges, dimension, dimension);
    },

    async close() {
      database.close();
    },
  };
}
