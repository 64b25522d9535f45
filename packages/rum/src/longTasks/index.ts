import { type RelativeMs, toNs } from "@sojourn/core";
import type { Cleaner } from "../clean.js";
import { isStable } from "../element/dom.js";
import { observeEntries, supports } from "../observer.js";
import type { Feature } from "../sdk.js";

/** https://w3c.github.io/long-animation-frames/ */
interface LongFrame extends PerformanceEntry {
  readonly blockingDuration?: number;
  readonly renderStart?: number;
  readonly styleAndLayoutStart?: number;
  readonly firstUIEventTimestamp?: number;
  readonly scripts?: readonly Script[];
}
interface Script extends PerformanceEntry {
  readonly sourceURL: string;
  readonly sourceFunctionName: string;
  readonly sourceCharPosition: number;
  readonly invoker: string;
  readonly invokerType: string;
  readonly forcedStyleAndLayoutDuration: number;
  readonly pauseDuration: number;
}

const MAX_SCRIPTS = 5;

/** Long animation frames where the browser has them, long tasks elsewhere; the two are never mixed. */
export const longTasks = (): Feature => ({
  start({ scope, record, clean }) {
    const type = supports("long-animation-frame") ? "long-animation-frame" : "longtask";
    const drain = observeEntries(scope, [type], (entry) => {
      const frame = entry as LongFrame;
      const { startTime, duration, blockingDuration, scripts } = frame;
      /** What did not happen in this frame is 0. */
      const after = (at: number | undefined) => (at ? toNs(at - startTime) : undefined);
      record({
        type: "long_task",
        at: startTime as RelativeMs,
        fields: {
          duration: toNs(duration),
          long_task_entry_type: type,
          blocking_duration: blockingDuration === undefined ? undefined : toNs(blockingDuration),
          render_start: after(frame.renderStart),
          style_and_layout_start: after(frame.styleAndLayoutStart),
          first_ui_event: after(frame.firstUIEventTimestamp),
          scripts: scripts?.length ? describe(scripts, startTime, clean) : undefined,
        },
        source: entry,
      });
    });
    return { drain };
  },
});

/** The longest, each within what the model keeps. */
function describe(scripts: readonly Script[], frameStart: number, clean: Cleaner): object[] {
  return [...scripts]
    .sort((a, b) => b.duration - a.duration)
    .slice(0, MAX_SCRIPTS)
    .map((script) => ({
      url: clean.url(script.sourceURL).slice(0, 512),
      function: script.sourceFunctionName.slice(0, 100),
      // -1 where the browser does not know it.
      position: script.sourceCharPosition >= 0 ? script.sourceCharPosition : undefined,
      // An invoker can be a URL or have one inside: that of the script element that ran, of the image that had loaded.
      // Of an element its id is kept where it is one that a developer wrote, as in selectors, and not what it shows.
      invoker: clean
        .text(script.invoker.replace(/(?:#|\[src=)(.*)(?=\.on)/s, (named, id) => (isStable(id) ? named : "")))
        .slice(0, 200),
      invoker_type: script.invokerType,
      start: toNs(script.startTime - frameStart),
      duration: toNs(script.duration),
      forced_layout: toNs(script.forcedStyleAndLayoutDuration),
      pause: toNs(script.pauseDuration),
    }));
}
