import { cleanUrl, type RelativeMs, toNs } from "@sojourn/core";
import { observeEntries, supports } from "../observer.js";
import type { Feature } from "../sdk.js";

/** https://w3c.github.io/long-animation-frames/ */
interface LongFrame extends PerformanceEntry {
  readonly blockingDuration?: number;
  readonly scripts?: readonly {
    readonly duration: number;
    readonly sourceURL: string;
    readonly sourceFunctionName: string;
    readonly invoker: string;
  }[];
}

const MAX_SCRIPTS = 5;

/** Long animation frames where the browser has them, long tasks elsewhere; the two are never mixed. */
export const longTasks = (): Feature => ({
  start({ scope, record }) {
    const type = supports("long-animation-frame") ? "long-animation-frame" : "longtask";
    const drain = observeEntries(scope, type, (entry) => {
      const { startTime, duration, blockingDuration, scripts } = entry as LongFrame;
      record({
        type: "long_task",
        at: startTime as RelativeMs,
        fields: {
          duration: toNs(duration),
          long_task_entry_type: type,
          blocking_duration: blockingDuration === undefined ? undefined : toNs(blockingDuration),
          scripts: scripts?.length ? describe(scripts) : undefined,
        },
        source: entry,
      });
    });
    return { drain };
  },
});

function describe(scripts: NonNullable<LongFrame["scripts"]>): object[] {
  return [...scripts]
    .sort((a, b) => b.duration - a.duration)
    .slice(0, MAX_SCRIPTS)
    .map((script) => ({
      url: cleanUrl(script.sourceURL).slice(0, 512),
      function: script.sourceFunctionName.slice(0, 100),
      // An invoker can be a URL, such as that of the script element that ran.
      invoker: (/^\w+:\/\//.test(script.invoker) ? cleanUrl(script.invoker) : script.invoker).slice(0, 200),
      duration: toNs(script.duration),
    }));
}
