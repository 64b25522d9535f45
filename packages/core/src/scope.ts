import type { Clock } from "./clock.js";
import { guard, type Report } from "./guard.js";

/** Undoes what a start did. Calling it again does nothing. */
export type Stop = () => void;

/** Owns listeners, timers, observers and patches: `stop()` removes every trace of them. */
export interface Scope {
  readonly clock: Clock;
  readonly report: Report;
  readonly stopped: boolean;
  /** Runs `stop` when the scope stops; at once if it already has. */
  add(stop: Stop): void;
  /** Listens without ever blocking (passive, capture) and without ever throwing into the page. */
  listen<E extends Event>(target: EventTarget, types: readonly string[], handler: (event: E) => void): void;
  /** One timer; the answer cancels it. */
  timer(task: () => void, ms: number): Stop;
  stop(): void;
}

export function createScope(clock: Clock, report: Report): Scope {
  const stops = new Set<Stop>();
  let stopped = false;

  function add(stop: Stop): void {
    if (stopped) guard(report, stop)();
    else stops.add(stop);
  }

  return {
    clock,
    report,
    get stopped() {
      return stopped;
    },
    add,
    listen(target, types, handler) {
      const safe = guard(report, handler) as EventListener;
      const options = { capture: true, passive: true };
      for (const type of types) {
        target.addEventListener(type, safe, options);
        add(() => target.removeEventListener(type, safe, options));
      }
    },
    timer(task, ms) {
      const cancel = clock.timer(() => {
        stops.delete(cancel);
        guard(report, task)();
      }, ms);
      add(cancel);
      return () => {
        stops.delete(cancel);
        cancel();
      };
    },
    stop() {
      stopped = true;
      for (const stop of [...stops].reverse()) guard(report, stop)();
      stops.clear();
    },
  };
}
