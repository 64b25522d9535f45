import type { Clock } from "../clock.js";

export interface ManualClock extends Clock {
  /** Moves on, running what becomes due at its moment; what that begins is let go on in between. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as when a process stood still or somebody set it. */
  jump(ms: number): void;
}

export function createManualClock(start = Date.UTC(2026, 0, 5, 12)): ManualClock {
  let now = start;
  let number = 0;
  const timers = new Map<number, { due: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      number += 1;
      const id = number;
      timers.set(id, { due: now + ms, run });
      return () => void timers.delete(id);
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settled();
        const [next] = [...timers].filter(([, { due }]) => due <= end).sort(([, a], [, b]) => a.due - b.due);
        if (!next) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].due);
        next[1].run();
      }
      now = Math.max(now, end);
      await settled();
    },
    jump(ms) {
      now += ms;
    },
  };
}

const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets everything that waits for nothing but its turn go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await breathe();
}
