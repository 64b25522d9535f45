import { createLru } from "./lru.js";

export interface Rate {
  /** Takes a second in the long run. */
  rate: number;
  /** Takes at once. */
  burst: number;
}

export interface Limiter {
  /** Takes one. Returns 0 when it was there, else seconds until the next one is. */
  take(key: string): number;
}

/** Keys that are remembered; a forgotten one starts full again, which only a sender of very many addresses can use. */
const MOST_KEYS = 50_000;

/** A token bucket a key. `now` is in milliseconds; a clock that goes back gives nothing. */
export function createLimiter({ rate, burst }: Rate, now: () => number): Limiter {
  const buckets = createLru<{ left: number; at: number }>(MOST_KEYS);
  return {
    take(key) {
      const time = now();
      const bucket = buckets.get(key) ?? { left: burst, at: time };
      bucket.left = Math.min(burst, bucket.left + (Math.max(0, time - bucket.at) / 1000) * rate);
      bucket.at = time;
      buckets.set(key, bucket);
      if (bucket.left < 1) return (1 - bucket.left) / rate;
      bucket.left -= 1;
      return 0;
    },
  };
}
