import type { RelativeMs } from "./model/units.js";

/**
 * What was current when. An event that arrives late (an entry of a request that began two views ago) finds the
 * context of the moment it began.
 */
export interface History<T> {
  /** `value` is current from `at` on. */
  set(value: T | undefined, at: RelativeMs): void;
  /** What was current at `at`; before the first value, the first. */
  at(at: RelativeMs): T | undefined;
}

/** Remembers the last `limit` values; what is older answers with the oldest one remembered. */
export function createHistory<T>(limit = 100): History<T> {
  const entries: { value: T | undefined; at: RelativeMs }[] = [];
  return {
    set(value, at) {
      entries.push({ value, at });
      // The oldest answers for all that came before it, so it is never one of nothing.
      while (entries.length > limit || entries[0]?.value === undefined) if (!entries.shift()) return;
    },
    at(at) {
      return (entries.filter((entry) => entry.at <= at).pop() ?? entries[0])?.value;
    },
  };
}
