import { guard, type RelativeMs, uuid } from "@sojourn/core";
import { nameOf } from "../element/name.js";
import { selectorOf } from "../element/selector.js";
import type { Feature, Sdk } from "../sdk.js";

export interface ActionMethods {
  /** Records an action that is no click. */
  addAction(name: string, context?: Record<string, unknown>): void;
}

/** Clicks, and what the application calls an action. */
export const actions = (): Feature<ActionMethods> => ({ methods: ["addAction"], start: startActions });

interface Click {
  at: RelativeMs;
  target: Element;
  path: readonly EventTarget[];
}

/**
 * Clicks: each trusted one is an action. The handler only remembers the target; name and selector are computed after
 * the next paint, so that an interaction never waits for its measurement.
 */
function startActions({ scope, record, copy, options: { allowUntrustedEvents } }: Sdk) {
  let clicks: Click[] = [];
  let frame = 0;
  /** The control that the browser clicks next, since its label was. */
  let labelled: EventTarget | null | undefined;

  scope.listen<MouseEvent>(window, ["click"], (event) => {
    if (!event.isTrusted && !allowUntrustedEvents) return;
    // Inside a shadow tree the event's own target is the host; the path begins with what was really clicked.
    const path = event.composedPath();
    const [target] = path;
    if (!(target instanceof Element)) return;
    if (target === labelled) {
      // The same click again: a browser passes it on, trusted and with the same `detail`.
      labelled = undefined;
      return;
    }
    labelled = path.find((node) => node instanceof HTMLLabelElement)?.control;
    // A click on the control itself is not passed on to it.
    if (labelled && path.includes(labelled)) labelled = undefined;
    clicks.push({ at: event.timeStamp as RelativeMs, target, path });
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      // A frame's callbacks run before its paint; a task that starts in one runs after it.
      scope.timer(drain, 0);
    });
  });
  scope.add(() => cancelAnimationFrame(frame));

  const keep = guard(scope.report, ({ at, target, path }: Click) => {
    record({
      type: "action",
      at,
      fields: {
        action_id: uuid(),
        action_type: "click",
        action_name: nameOf(path),
        action_target: selectorOf(target),
      },
    });
  });

  function drain(): void {
    const due = clicks;
    clicks = [];
    labelled = undefined;
    due.forEach(keep);
  }

  return {
    drain,
    calls: {
      addAction(at: RelativeMs, name: string, context?: object) {
        record({
          type: "action",
          at,
          fields: { action_id: uuid(), action_type: "custom", action_name: String(name).slice(0, 512) },
          context: copy(context),
        });
      },
    },
  };
}
