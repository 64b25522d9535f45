import type { Clock } from "../clock.js";
import type { EpochMs, RelativeMs } from "../model/units.js";

/** A clock that moves only when told. */
export interface FakeClock extends Clock {
  /** Lets time pass; due timers run at their moment, in order. */
  advance(ms: number): void;
  /** Moves the wall clock alone, as a person or NTP does. */
  jump(ms: number): void;
  /** How many timers are set. */
  readonly timers: number;
}

export function createFakeClock(start = 1_800_000_000_000): FakeClock {
  let now = 0;
  let shift = start;
  let timers: { at: number; task: () => void }[] = [];

  return {
    now: () => now as RelativeMs,
    wall: () => (now + shift) as EpochMs,
    timer(task, ms) {
      const timer = { at: now + Math.max(ms, 0), task };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = until;
    },
    jump(ms) {
      shift += ms;
    },
    get timers() {
      return timers.length;
    },
  };
}
