import {
  type BucketMeasures,
  type DividedUser,
  ROLLED,
  type RollupTotal,
  type RollupUser,
} from "../aggregate/measures.js";
import { alive, closed, type EpochMs, type Facts, join } from "../model/facts.js";
import type { SessionStore, StoreNow, Stretch } from "./store.js";

/** Connections read at a time. */
const PAGE = 1000;

export interface MemoryStoreOptions {
  /** Epoch ms, the clock of leases. @default Date.now */
  readonly now?: StoreNow;
}

/** A store that lives and ends with its process: for tests, and for who wants to know only who is there now. */
export function createMemoryStore({ now = Date.now }: MemoryStoreOptions = {}): SessionStore {
  const documents = new Map<string, Facts>();
  const instances = new Map<string, { leaseAt: EpochMs; ended: boolean }>();
  const jobs = new Map<string, { holder: string; until: EpochMs }>();
  let totals: RollupTotal[] = [];
  let users: RollupUser[] = [];
  let divided: DividedUser[] = [];
  let mark: EpochMs = 0;
  const marks = new Map<string, EpochMs>();

  const keyOf = (instanceId: string, sessionId: string) => JSON.stringify([instanceId, sessionId]);
  const put = (facts: Facts) => {
    const key = keyOf(facts.instanceId, facts.sessionId);
    const before = documents.get(key);
    documents.set(key, before ? join(before, facts) : facts);
  };
  const openOnes = () => [...documents.values()].filter((facts) => !facts.closed);
  const byCreation = (a: Facts, b: Facts) => a.createdAt - b.createdAt;

  return {
    async merge(facts) {
      for (const one of facts) put(one);
    },
    async beat(instanceId, sessionIds, at) {
      const open = sessionIds.filter((id) => documents.get(keyOf(instanceId, id))?.closed === undefined);
      const known = open.filter((id) => documents.has(keyOf(instanceId, id)));
      for (const id of known) put(alive(instanceId, id, at));
      return known.length;
    },
    async renewLease(instanceId) {
      const instance = instances.get(instanceId);
      if (instance?.ended) return false;
      instances.set(instanceId, { leaseAt: now(), ended: false });
      return true;
    },
    async sweep(leaseMs) {
      for (const instance of instances.values()) if (instance.leaseAt <= now() - leaseMs) instance.ended = true;
      const lost = openOnes().filter(({ instanceId }) => instances.get(instanceId)?.ended !== false);
      for (const facts of lost) put(closed(facts.instanceId, facts.sessionId, facts.lastActivityAt, "lost"));
      const ends = lost.map(({ lastActivityAt }) => lastActivityAt);
      return { connections: lost.length, ...(ends.length > 0 && { earliest: Math.min(...ends) }) };
    },
    async endInstance(instanceId, at) {
      const open = openOnes().filter((facts) => facts.instanceId === instanceId);
      for (const { sessionId, lastActivityAt } of open)
        put(closed(instanceId, sessionId, Math.max(at, lastActivityAt), "shutdown", lastActivityAt));
      instances.set(instanceId, { leaseAt: now(), ended: true });
      return open.length;
    },

    async get(instanceId, sessionId) {
      return documents.get(keyOf(instanceId, sessionId));
    },
    async list({ userId, open, from = 0, to = Number.POSITIVE_INFINITY, limit }) {
      return [...documents.values()]
        .filter(({ createdAt }) => createdAt >= from && createdAt < to)
        .filter(({ identity }) => userId === undefined || identity.some((fact) => fact.userId === userId))
        .filter((facts) => open === undefined || open === !facts.closed)
        .sort((a, b) => byCreation(b, a))
        .slice(0, limit);
    },
    async openIds(instanceId, after, limit) {
      const ids = openOnes().flatMap((facts) => (facts.instanceId === instanceId ? [facts.sessionId] : []));
      return ids
        .filter((id) => id > after)
        .sort()
        .slice(0, limit);
    },
    async *overlapping(from, to) {
      const found = [...documents.values()]
        .filter((facts) => facts.createdAt < to && (!facts.closed || facts.closed.at > from || facts.createdAt >= from))
        .sort(byCreation);
      for (let at = 0; at < found.length; at += PAGE) yield found.slice(at, at + PAGE);
    },
    async oldest() {
      let oldest: EpochMs | undefined;
      for (const { createdAt } of documents.values()) oldest = Math.min(oldest ?? createdAt, createdAt);
      return oldest;
    },

    async purge(endedBefore, limit) {
      const gone = [...documents].filter(([, facts]) => facts.closed && facts.closed.at < endedBefore).slice(0, limit);
      for (const [key] of gone) documents.delete(key);
      return gone.length;
    },
    async purgeRollups(before, limit) {
      let left = limit;
      const stays = ({ slot }: { slot: EpochMs }) => {
        if (slot >= before || left === 0) return true;
        left -= 1;
        return false;
      };
      totals = totals.filter(stays);
      users = users.filter(stays);
      divided = divided.filter(stays);
      return limit - left;
    },
    async erase(userId) {
      let count = 0;
      for (const [key, facts] of documents) {
        if (!facts.identity.some((fact) => fact.userId === userId)) continue;
        count += 1;
        documents.set(key, withoutUser(facts, userId));
      }
      users = users.filter((user) => user.userId !== userId);
      divided = divided.filter((user) => user.userId !== userId);
      return count;
    },

    async acquire(job, holder, ttlMs) {
      const held = jobs.get(job);
      if (held && held.holder !== holder && held.until > now()) return false;
      jobs.set(job, { holder, until: now() + ttlMs });
      return true;
    },

    readMark: async (name) => marks.get(name) ?? 0,
    async writeMark(name, at) {
      marks.set(name, at);
    },

    async watermark() {
      return mark;
    },
    async writeRollups(from, to, rows, final) {
      const outside = ({ slot }: { slot: EpochMs }) => slot < from || slot >= to;
      totals = [...totals.filter(outside), ...rows.totals];
      users = [...users.filter(outside), ...rows.users];
      divided = [...divided.filter(outside), ...rows.divided];
      if (final) mark = Math.max(mark, to);
    },
    async reopen(at) {
      mark = Math.min(mark, at);
    },
    async readRollups(dimension, buckets) {
      const number = ROLLED.findIndex(([name]) => name === dimension);
      const whole = users.flatMap(({ values, ...user }) => {
        const value = number < 0 ? "" : (values[number] ?? null);
        return value === null ? [] : [{ ...user, dimension, value }];
      });
      return buckets.flatMap((stretch, bucket) => addedUp(totals, [...whole, ...divided], dimension, stretch, bucket));
    },

    async close() {},
  };
}

/** What is left of a connection when one of its users is taken out. */
export function withoutUser(facts: Facts, userId: string): Facts {
  const { opening } = facts;
  const { ip: _, ...rest } = opening ?? { at: facts.createdAt, transport: "", client: {} };
  return {
    ...facts,
    ...(opening && { opening: rest }),
    identity: facts.identity.filter((fact) => fact.userId !== userId),
  };
}

function addedUp(
  totals: readonly RollupTotal[],
  users: readonly DividedUser[],
  dimension: string,
  { from, to }: Stretch,
  bucket: number,
): BucketMeasures[] {
  const isIn = (row: { dimension: string; slot: EpochMs }) =>
    row.dimension === dimension && row.slot >= from && row.slot < to;
  const found = totals.filter(isIn);
  return [...new Set(found.map(({ value }) => value))].map((value) => {
    const rows = found.filter((row) => row.value === value);
    const seen = users.filter((user) => isIn(user) && user.value === value);
    const sum = (figure: (row: RollupTotal) => number) => rows.reduce((all, row) => all + figure(row), 0);
    return {
      bucket,
      value,
      opening: rows.find(({ slot }) => slot === from)?.opening ?? 0,
      started: sum(({ started }) => started),
      peakConcurrent: Math.max(...rows.map(({ peak }) => peak)),
      connectedTime: sum(({ connectedMs }) => connectedMs),
      timeSum: sum(({ sumMs }) => sumMs),
      uniqueUsers: new Set(seen.map(({ userId }) => userId)).size,
      timeUnion: seen.reduce((all, { unionMs }) => all + unionMs, 0),
    };
  });
}
