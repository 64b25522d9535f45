import { type RelativeMs, type Scope, uuid } from "@sojourn/core";
import { nameOf, selectorOf } from "../element.js";
import type { Recorder } from "../pipeline.js";

export interface Actions {
  /** An action that the application reports itself. */
  add(name: string, context?: Record<string, unknown>): void;
  /** Names and keeps the clicks that wait for their paint. */
  drain(): void;
}

interface Click {
  at: RelativeMs;
  target: Element;
}

/**
 * Clicks: each trusted one is an action. The handler only remembers the target; name and selector are computed after
 * the next paint, so that an interaction never waits for its measurement.
 */
export function startActions(scope: Scope, record: Recorder, allowUntrusted: boolean): Actions {
  const { clock } = scope;
  let clicks: Click[] = [];
  let frame = 0;

  scope.listen<MouseEvent>(window, ["click"], (event) => {
    if (!event.isTrusted && !allowUntrusted) return;
    // Inside a shadow tree the event's own target is the host; the path begins with what was really clicked.
    const [target] = event.composedPath();
    if (!(target instanceof Element)) return;
    clicks.push({ at: event.timeStamp as RelativeMs, target });
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      // A frame's callbacks run before its paint; a task that starts in one runs after it.
      scope.timer(drain, 0);
    });
  });
  scope.add(() => cancelAnimationFrame(frame));

  function drain(): void {
    const due = clicks;
    clicks = [];
    for (const { at, target } of due) {
      record({
        type: "action",
        at,
        fields: {
          action_id: uuid(),
          action_type: "click",
          action_name: nameOf(target),
          action_target: selectorOf(target),
        },
      });
    }
  }

  return {
    add(name, context) {
      record({
        type: "action",
        at: clock.now(),
        fields: { action_id: uuid(), action_type: "custom", action_name: name.slice(0, 512) },
        context,
      });
    },
    drain,
  };
}
