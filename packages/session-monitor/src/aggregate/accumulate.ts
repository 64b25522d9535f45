import { loginsOf } from "../model/document.js";
import type { EpochMs, Facts } from "../model/facts.js";
import type { Stretch } from "../stores/store.js";
import { createHeap, type Heap } from "./heap.js";
import type { Measures } from "./measures.js";

/** A group's figures, and the signed-in time of each user in each bucket. */
export interface Group {
  readonly measures: Measures[];
  /** Calls once for each user and bucket in which he was signed in. */
  eachUser(visit: (bucket: number, userId: string, unionMs: number) => void): void;
}

export interface Accumulator {
  /** Connections must come in the order of `createdAt`. */
  add(facts: Facts): void;
  groups(): Map<string, Group>;
}

export interface AccumulatorOptions {
  /** Ascending and touching each other. */
  readonly buckets: readonly Stretch[];
  /** Connections of one key are one group. */
  readonly keyOf: (facts: Facts) => string;
  /** Until when open connections count. */
  readonly now: EpochMs;
  /** Count users whom somebody else acted as. */
  readonly impersonated?: boolean;
}

interface Open {
  readonly opening: Float64Array;
  readonly started: Float64Array;
  readonly peak: Float64Array;
  readonly connected: Float64Array;
  readonly sum: Float64Array;
  readonly ends: Heap;
  readonly users: Map<string, number[]>;
}

/**
 * Adds connections up, exactly: each counts in every bucket that it overlaps, with the time that it overlaps. What it
 * keeps grows with the number of groups, of users and of connections open at once, not with that of connections.
 */
export function createAccumulator({ buckets, keyOf, now, impersonated = false }: AccumulatorOptions): Accumulator {
  const groups = new Map<string, Open>();
  const begin = buckets[0]?.from ?? 0;
  const finish = buckets.at(-1)?.to ?? 0;

  function groupOf(key: string): Open {
    let group = groups.get(key);
    if (!group) {
      const zeros = () => new Float64Array(buckets.length);
      const figures = { opening: zeros(), started: zeros(), peak: zeros(), connected: zeros(), sum: zeros() };
      group = { ...figures, ends: createHeap(), users: new Map() };
      groups.set(key, group);
    }
    return group;
  }

  function add(facts: Facts): void {
    // What never opened is an event of a connection that is long gone.
    if (!facts.opening) return;
    const start = facts.createdAt;
    const end = facts.closed?.at ?? Math.max(now, start);
    if (!overlaps(start, end, begin, finish)) return;
    const group = groupOf(keyOf(facts));
    group.ends.dropUpTo(start);
    if (end > start) group.ends.push(end);
    for (let index = bucketAt(buckets, start); index < buckets.length; index += 1) {
      const bucket = buckets[index] as Stretch;
      if (!overlaps(start, end, bucket.from, bucket.to)) break;
      group.connected[index] = (group.connected[index] ?? 0) + clipped(start, end, bucket);
      if (start < bucket.from) group.opening[index] = (group.opening[index] ?? 0) + 1;
      else {
        group.started[index] = (group.started[index] ?? 0) + 1;
        group.peak[index] = Math.max(group.peak[index] ?? 0, group.ends.size(), 1);
      }
    }
    if (facts.identity.length === 0) return;
    for (const login of loginsOf(facts)) {
      if (login.impersonated && !impersonated) continue;
      addLogin(group, login.userId, login.loginAt, Math.max(login.endedAt ?? end, login.loginAt));
    }
  }

  function addLogin(group: Open, userId: string, start: EpochMs, end: EpochMs): void {
    if (!overlaps(start, end, begin, finish)) return;
    for (let index = bucketAt(buckets, start); index < buckets.length; index += 1) {
      const bucket = buckets[index] as Stretch;
      if (!overlaps(start, end, bucket.from, bucket.to)) break;
      group.sum[index] = (group.sum[index] ?? 0) + clipped(start, end, bucket);
    }
    const times = group.users.get(userId);
    const last = times ? (times.at(-2) ?? 0) : 0;
    if (!times) group.users.set(userId, [start, end]);
    // Mostly the next one continues or follows the last.
    else if (start >= last && start <= (times.at(-1) ?? 0)) times[times.length - 1] = Math.max(times.at(-1) ?? 0, end);
    else times.push(start, end);
  }

  const finished = (group: Open): Group => {
    const unique = new Float64Array(buckets.length);
    const union = new Float64Array(buckets.length);
    const eachUser: Group["eachUser"] = (visit) => {
      for (const [userId, times] of group.users) {
        const inBucket = new Map<number, number>();
        for (const [start, end] of disjoint(times)) {
          for (let index = bucketAt(buckets, start); index < buckets.length; index += 1) {
            const bucket = buckets[index] as Stretch;
            if (!overlaps(start, end, bucket.from, bucket.to)) break;
            inBucket.set(index, (inBucket.get(index) ?? 0) + clipped(start, end, bucket));
          }
        }
        for (const [bucket, ms] of inBucket) visit(bucket, userId, ms);
      }
    };
    eachUser((bucket, _userId, ms) => {
      unique[bucket] = (unique[bucket] ?? 0) + 1;
      union[bucket] = (union[bucket] ?? 0) + ms;
    });
    const measures = buckets.map((_bucket, index) => ({
      opening: group.opening[index] ?? 0,
      started: group.started[index] ?? 0,
      peakConcurrent: Math.max(group.peak[index] ?? 0, group.opening[index] ?? 0),
      connectedTime: group.connected[index] ?? 0,
      uniqueUsers: unique[index] ?? 0,
      timeSum: group.sum[index] ?? 0,
      timeUnion: union[index] ?? 0,
    }));
    return { measures, eachUser };
  };

  return { add, groups: () => new Map([...groups].map(([key, group]) => [key, finished(group)])) };
}

/** A moment without length is in the stretch that it falls into. */
export const overlaps = (start: EpochMs, end: EpochMs, from: EpochMs, to: EpochMs): boolean =>
  start < to && (end > from || start >= from);

const clipped = (start: EpochMs, end: EpochMs, { from, to }: Stretch): number =>
  Math.max(0, Math.min(end, to) - Math.max(start, from));

/** The first bucket that is not over at this moment. */
function bucketAt(buckets: readonly Stretch[], at: EpochMs): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Start, end, start, end, … in any order → the stretches they cover. */
function disjoint(times: readonly number[]): [EpochMs, EpochMs][] {
  const pairs: [EpochMs, EpochMs][] = [];
  for (let index = 0; index < times.length; index += 2) pairs.push([times[index] ?? 0, times[index + 1] ?? 0]);
  pairs.sort(([a], [b]) => a - b);
  const covered: [EpochMs, EpochMs][] = [];
  for (const [start, end] of pairs) {
    const last = covered.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else covered.push([start, end]);
  }
  return covered;
}
