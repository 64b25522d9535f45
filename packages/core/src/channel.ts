import { guard, type Report } from "./guard.js";
import type { Stop } from "./scope.js";

/** Announces values of one kind. A listener that throws is reported and starves nobody. */
export interface Channel<T> {
  on(listener: (value: T) => void): Stop;
  emit(value: T): void;
}

export function createChannel<T>(report: Report): Channel<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    on(listener) {
      const safe = guard(report, listener);
      listeners.add(safe);
      return () => listeners.delete(safe);
    },
    emit(value) {
      for (const listener of [...listeners]) listener(value);
    },
  };
}
