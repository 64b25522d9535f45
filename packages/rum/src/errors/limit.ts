import type { Clock } from "@sojourn/core";

export interface Limit {
  /** Whether one more is within the limit now. */
  take(): boolean;
}

/** So many at once, and one a second after that: a token bucket. */
export function createLimit(clock: Pick<Clock, "now">, atOnce: number): Limit {
  let tokens = atOnce;
  let filledAt = clock.now();
  return {
    take() {
      const now = clock.now();
      tokens = Math.min(atOnce, tokens + Math.max(0, now - filledAt) / 1000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
