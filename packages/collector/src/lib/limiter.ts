import { createLru } from "./lru.js";

export interface Rate {
  /** Takes a second in the long run. */
  rate: number;
  /** Takes at once. */
  burst: number;
}

export interface Limiter {
  /**
   * Takes `count`, by default one, or nothing. Returns 0 when they were there, else seconds until they are. More than the burst
   * are never there together: they are taken as the burst.
   */
  take(key: string, count?: number): number;
  /** What `take` would return now. Takes nothing. */
  wait(key: string, count?: number): number;
}

/** Keys that are remembered; a forgotten one starts full again, which only a sender of very many addresses can use. */
const MOST_KEYS = 50_000;

/** A token bucket a key. `now` is in milliseconds; a clock that goes back gives nothing. */
export function createLimiter({ rate, burst }: Rate, now: () => number): Limiter {
  const buckets = createLru<{ left: number; at: number }>(MOST_KEYS);
  const filled = (key: string) => {
    const time = now();
    const bucket = buckets.get(key) ?? { left: burst, at: time };
    bucket.left = Math.min(burst, bucket.left + (Math.max(0, time - bucket.at) / 1000) * rate);
    bucket.at = time;
    buckets.set(key, bucket);
    return bucket;
  };
  const missing = (left: number, count: number) => Math.max(0, Math.min(count, burst) - left) / rate;
  return {
    take(key, count = 1) {
      const bucket = filled(key);
      const wait = missing(bucket.left, count);
      if (wait === 0) bucket.left -= Math.min(count, burst);
      return wait;
    },
    wait: (key, count = 1) => missing(filled(key).left, count),
  };
}
