import { type Clock, type EpochMs, SECOND, type Stop, systemClock } from "../clock.js";
import type { Session } from "../model/session.js";

/** Keeps sessions that were just read. */
export interface SessionCache {
  find(guid: string, load: (guid: string) => Promise<Session | undefined>): Promise<Session | undefined>;
  /** These were written: nobody is given an older state from here on, and other instances hear of it. */
  changed(guids: readonly string[]): Promise<void>;
  /** Hears of sessions that other instances wrote. Absent where they cannot tell each other. */
  onChanged?(listener: (guids: readonly string[]) => void): Stop;
  close(): Promise<void>;
}

export interface MemoryCacheOptions {
  /** So long a revocation by another instance may go unheard, ms. @default 5000 */
  readonly ttlMs?: number;
  /** Sessions; of more the oldest are forgotten. @default 10000 */
  readonly max?: number;
  readonly clock?: Clock;
}

/** A cache of this process alone: others' revocations are late by its time to live, its own are not. */
export function createMemoryCache({
  ttlMs = 5 * SECOND,
  max = 10_000,
  clock = systemClock,
}: MemoryCacheOptions = {}): SessionCache {
  const entries = new Map<string, { session: Session; at: EpochMs }>();
  /** What is being read: a state that was read before a change must not be kept after it. */
  const reads = new Map<string, Promise<Session | undefined>>();

  return {
    async find(guid, load) {
      const found = entries.get(guid);
      const age = found ? clock.now() - found.at : Number.POSITIVE_INFINITY;
      if (found && age >= 0 && age < ttlMs) return found.session;
      const read = reads.get(guid) ?? load(guid);
      reads.set(guid, read);
      const at = clock.now();
      try {
        const session = await read;
        if (reads.get(guid) === read) {
          entries.delete(guid);
          if (session) {
            const [oldest] = entries.size >= max ? entries.keys() : [];
            if (oldest !== undefined) entries.delete(oldest);
            entries.set(guid, { session, at });
          }
        }
        return session;
      } finally {
        if (reads.get(guid) === read) reads.delete(guid);
      }
    },
    async changed(guids) {
      for (const guid of guids) {
        entries.delete(guid);
        reads.delete(guid);
      }
    },
    async close() {
      entries.clear();
      reads.clear();
    },
  };
}
