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

/** Wall time of a moment on the monotonic clock. Moments keep their order and their distances. */
export type ToEpoch = (at: RelativeMs) => EpochMs;

/** The clocks may drift apart by this much before the one is set by the other again. */
const DRIFT_MS = 100;

/**
 * What turns monotonic into wall time. The distance of the clocks is kept, since asking both each time would shuffle
 * events of one millisecond, and measured again once they have drifted apart: `timeOrigin` itself would be days off after
 * the machine slept, because the monotonic clock may stand still meanwhile (w3c/hr-time#115).
 */
export function createEpoch(clock: Pick<Clock, "now" | "wall">): ToEpoch {
  let distance = Number.NaN;
  return (at) => {
    const current = clock.wall() - clock.now();
    if (!(Math.abs(current - distance) <= DRIFT_MS)) distance = current;
    return Math.round(at + distance) as EpochMs;
  };
}

/** The moment on the monotonic clock that had this wall time, seen from now. */
export const toRelative = (clock: Clock, at: EpochMs): RelativeMs => (clock.now() - (clock.wall() - at)) as RelativeMs;
