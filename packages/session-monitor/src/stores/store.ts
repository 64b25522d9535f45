import type { BucketMeasures, RollupRows } from "../aggregate/measures.js";
import type { EpochMs, Facts } from "../model/facts.js";

/** What the store that all instances share must do. Every call is safe to repeat. */
export interface SessionStore {
  /** Adds knowledge of connections to what is stored; at most a few hundred at a time. */
  merge(facts: readonly Facts[]): Promise<void>;
  /** Moves `lastActivityAt` of those of these connections that are open forward, never back. Answers how many are open. */
  beat(instanceId: string, sessionIds: readonly string[], at: EpochMs): Promise<number>;

  /**
   * Says that an instance lives, by the store's own clock. False when it was taken for dead: its connections are closed
   * then, and it needs another id.
   */
  renewLease(instanceId: string): Promise<boolean>;
  /** Closes what is open of instances without a lease younger than this, as `lost` at its last sign of life. */
  sweep(leaseMs: number): Promise<Swept>;
  /** Ends an instance and closes all that is open of it, as `shutdown`. Answers how many connections. */
  endInstance(instanceId: string, at: EpochMs): Promise<number>;

  get(instanceId: string, sessionId: string): Promise<Facts | undefined>;
  /** Newest first. */
  list(query: ListQuery): Promise<Facts[]>;
  /** Ids of an instance's open connections, in their order, after this one. */
  openIds(instanceId: string, after: string, limit: number): Promise<string[]>;
  /** Connections that overlap `[from, to)`, ordered by `createdAt`, in pages. */
  overlapping(from: EpochMs, to: EpochMs): AsyncIterable<readonly Facts[]>;
  /** When the oldest connection began. */
  oldest(): Promise<EpochMs | undefined>;

  /** Removes connections that ended before, at most `limit`. Answers how many. */
  purge(endedBefore: EpochMs, limit: number): Promise<number>;
  /** Removes rollups of slots before, at most `limit` rows. Answers how many. */
  purgeRollups(before: EpochMs, limit: number): Promise<number>;
  /** Takes a user out: the connections stay, without user and address. Answers how many connections. */
  erase(userId: string): Promise<number>;

  /** True when this holder has the job for so long by the store's clock, or has it already. */
  acquire(job: string, holder: string, ttlMs: number): Promise<boolean>;

  /** A moment that was remembered under this name; 0 when none was. */
  readMark(name: string): Promise<EpochMs>;
  writeMark(name: string, at: EpochMs): Promise<void>;

  /** Up to where rollups are final; 0 before the first. */
  watermark(): Promise<EpochMs>;
  /** Puts these in the place of what is there of these slots; `final` moves the watermark to `to`. */
  writeRollups(from: EpochMs, to: EpochMs, rows: RollupRows, final: boolean): Promise<void>;
  /** Takes the watermark back to `at` when it is later. */
  reopen(at: EpochMs): Promise<void>;
  /** Rollups of one dimension, added up for each of these stretches, which may overlap. */
  readRollups(dimension: string, buckets: readonly Stretch[]): Promise<BucketMeasures[]>;

  /** Releases what was opened; the store is of no use afterwards. */
  close(): Promise<void>;
}

/** Half-open. */
export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface Swept {
  readonly connections: number;
  /** The earliest end that was written. */
  readonly earliest?: EpochMs;
}

export interface ListQuery {
  /** Connections that this user signed in on at any time. */
  readonly userId?: string;
  readonly open?: boolean;
  /** Created at or after. */
  readonly from?: EpochMs;
  /** Created before. */
  readonly to?: EpochMs;
  readonly limit: number;
}

/** Epoch ms for leases. The database's own clock where it is not given. */
export type StoreNow = () => EpochMs;
