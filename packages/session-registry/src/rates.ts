import type { EpochMs } from "./clock.js";

/** Counts per key in windows of a fixed length. Of more keys than it has room for the oldest are forgotten. */
export interface RateLimiter {
  /** Counts one. Answers after how many seconds there is room again; 0 when there was. */
  take(key: string, now: EpochMs): number;
  /** The same without counting. */
  look(key: string, now: EpochMs): number;
}

const MAX_KEYS = 50_000;

export function createRateLimiter(max: number, windowMs: number): RateLimiter {
  const counts = new Map<string, { from: EpochMs; count: number }>();

  function waitOf(key: string, now: EpochMs): number {
    const found = counts.get(key);
    if (!found || now - found.from >= windowMs || found.count < max) return 0;
    return Math.ceil((found.from + windowMs - now) / 1000);
  }
  return {
    look: waitOf,
    take(key, now) {
      const wait = waitOf(key, now);
      if (wait > 0) return wait;
      const found = counts.get(key);
      if (found && now - found.from < windowMs) found.count += 1;
      else {
        counts.delete(key);
        const [oldest] = counts.size >= MAX_KEYS ? counts.keys() : [];
        if (oldest !== undefined) counts.delete(oldest);
        counts.set(key, { from: now, count: 1 });
      }
      return 0;
    },
  };
}
