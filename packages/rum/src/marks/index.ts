import { type RelativeMs, toNs } from "@sojourn/core";
import { type Begun, createOpen, type Ref } from "../open.js";
import type { Feature } from "../sdk.js";

export type { Ref as VitalRef } from "../open.js";

type Context = Record<string, unknown>;

export interface DurationVital {
  /** When it began: milliseconds of the page's clock, as `performance.now()` and performance entries have them. */
  startTime: number;
  /** Milliseconds. */
  duration: number;
  context?: Context;
}

export interface MarkMethods {
  /** Records how long something of the application's took. */
  addDurationVital(name: string, vital: DurationVital): void;
  /** Begins one; begun again before it was stopped, it begins anew. At most 100 run at once: the oldest is forgotten. */
  startDurationVital(name: string, ref?: Ref): void;
  /** Records it, from its beginning until now. The contexts of both calls are merged. What was not begun is not recorded. */
  stopDurationVital(name: string, ref?: Ref): void;
  /** Records a number of the application's that is no duration. */
  addVital(name: string, value: number, context?: Context): void;
}

/** What the application itself measures. */
export const marks = (): Feature<MarkMethods> => ({
  methods: ["addDurationVital", "startDurationVital", "stopDurationVital", "addVital"],
  start(sdk) {
    const { record, copy, drop } = sdk;
    const open = createOpen<Begun>(sdk, "vital");
    function add(name: unknown, at: RelativeMs, measured: object, context?: Context): void {
      record({ type: "vital", at, fields: { vital_name: String(name).slice(0, 512), ...measured }, context });
    }
    /** What is no number, or none that can be kept, is left out. */
    const sound = (value: unknown, most = 1e15) =>
      (typeof value === "number" && Math.abs(value) <= most) || drop("vital");
    return {
      calls: {
        addDurationVital(at: RelativeMs, name: string, { startTime, duration, context }: DurationVital) {
          if (sound(startTime, at) && sound(duration)) {
            add(name, startTime as RelativeMs, { duration: toNs(duration) }, copy(context));
          }
        },
        startDurationVital(at: RelativeMs, name: string, ref?: Ref) {
          open.begin(name, ref, { at });
        },
        stopDurationVital(now: RelativeMs, name: string, ref?: Ref) {
          const begun = open.end(name, ref, now);
          if (begun) add(name, begun.at, { duration: begun.duration }, begun.context);
        },
        addVital(at: RelativeMs, name: string, value: number, context?: Context) {
          if (sound(value)) add(name, at, { vital_value: value }, copy(context));
        },
      },
    };
  },
});
