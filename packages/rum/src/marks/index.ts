import { type RelativeMs, toNs } from "@sojourn/core";
import { createOpen } from "../open.js";
import type { Feature } from "../sdk.js";

type Context = Record<string, unknown>;

export interface DurationVital {
  /** When it began: milliseconds of the page's clock, as `performance.now()` and performance entries have them. */
  startTime: number;
  /** Milliseconds. */
  duration: number;
  context?: Context;
}

export interface VitalRef {
  /** Tells apart those that run under one name at the same time. */
  key?: string;
  context?: Context;
}

export interface MarkMethods {
  /** Records how long something of the application's took. */
  addDurationVital(name: string, vital: DurationVital): void;
  /** Begins one; begun again before it was stopped, it begins anew. At most 100 run at once: the oldest is forgotten. */
  startDurationVital(name: string, ref?: VitalRef): void;
  /** Records it, from its beginning until now. The contexts of both calls are merged. What was not begun is not recorded. */
  stopDurationVital(name: string, ref?: VitalRef): void;
  /** Records a number of the application's that is no duration. */
  addVital(name: string, value: number, context?: Context): void;
}

/** What the application itself measures. */
export const marks = (): Feature<MarkMethods> => ({
  methods: ["addDurationVital", "startDurationVital", "stopDurationVital", "addVital"],
  start({ record, copy, drop }) {
    const open = createOpen<{ at: RelativeMs; context: Context }>(() => drop("vital"));
    function add(name: unknown, at: RelativeMs, measured: object, context: Context): void {
      record({ type: "vital", at, fields: { vital_name: String(name).slice(0, 512), ...measured }, context });
    }
    /** What is no number, or none that can be kept, is left out. */
    const sound = (value: unknown) => Math.abs(value as number) <= 1e15 || drop("vital");
    return {
      calls: {
        addDurationVital(_at: RelativeMs, name: string, { startTime, duration, context }: DurationVital) {
          if (sound(startTime) && sound(duration)) {
            add(name, startTime as RelativeMs, { duration: toNs(duration) }, copy(context));
          }
        },
        startDurationVital(at: RelativeMs, name: string, { key, context }: VitalRef = {}) {
          open.begin(name, key, { at, context: copy(context) });
        },
        stopDurationVital(now: RelativeMs, name: string, { key, context }: VitalRef = {}) {
          const begun = open.take(name, key);
          if (begun) add(name, begun.at, { duration: toNs(now - begun.at) }, copy({ ...begun.context, ...context }));
        },
        addVital(at: RelativeMs, name: string, value: number, context?: Context) {
          if (sound(value)) add(name, at, { vital_value: value }, copy(context));
        },
      },
    };
  },
});
