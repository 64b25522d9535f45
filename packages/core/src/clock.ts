import type { EpochMs, RelativeMs } from "./model/units.js";

/**
 * The one source of time. Durations come from the monotonic clock; wall time is for display and expiry only.
 * Tests hand in their own.
 */
export interface Clock {
  /** Monotonic milliseconds since this document began. */
  now(): RelativeMs;
  /** Wall-clock time. May jump in either direction. */
  wall(): EpochMs;
  /** Runs `task` once after `ms` milliseconds; returns what cancels it. */
  timer(task: () => void, ms: number): () => void;
}

/** The clock of this document. */
export function createClock(): Clock {
  return {
    now: () => performance.now() as RelativeMs,
    wall: () => Date.now() as EpochMs,
    timer(task, ms) {
      const id = setTimeout(task, ms);
      return () => clearTimeout(id);
    },
  };
}

/**
 * Wall time of a moment on the monotonic clock, seen from now. `timeOrigin + at` would be days off after the
 * machine slept, because the monotonic clock may stand still meanwhile (w3c/hr-time#115).
 */
export const toEpoch = (clock: Clock, at: RelativeMs): EpochMs =>
  Math.round(clock.wall() - (clock.now() - at)) as EpochMs;

/** The moment on the monotonic clock that had this wall time, seen from now. */
export const toRelative = (clock: Clock, at: EpochMs): RelativeMs => (clock.now() - (clock.wall() - at)) as RelativeMs;
