import { type RelativeMs, toNs } from "@sojourn/core";
import { observeActivity } from "@sojourn/session";
import type { Feature } from "../sdk.js";

/** A person is busy with a page for this long after an interaction. */
const BUSY_MS = 5000;

/** Milliseconds that a page was in front of somebody, and that this person was busy with it, until `at`. */
export interface Presence {
  readonly at: number;
  readonly visible: boolean;
  readonly busyUntil: number;
  readonly foreground: number;
  readonly active: number;
}

/** Counts the time that has passed, then takes in what happened. A moment from before the last one adds nothing. */
export function pass(
  { at, visible, busyUntil, foreground, active }: Presence,
  event: "visible" | "hidden" | "interaction" | undefined,
  now: number,
): Presence {
  const passed = visible ? Math.max(0, now - at) : 0;
  return {
    at: Math.max(at, now),
    visible: event === "visible" || (visible && event !== "hidden"),
    busyUntil: event === "interaction" ? now + BUSY_MS : busyUntil,
    foreground: foreground + passed,
    active: active + Math.max(0, Math.min(passed, busyUntil - at)),
  };
}

/** How long a view was in front of somebody, and how long that person was busy with it. */
export const presence = (): Feature => ({
  start({ scope, views, lifecycle, options }) {
    const { clock } = scope;
    const visible = document.visibilityState === "visible";
    let state: Presence = { at: views.current()?.startedAt ?? 0, visible, busyUntil: 0, foreground: 0, active: 0 };
    let before = state;
    const see = (event?: "visible" | "hidden" | "interaction", now: RelativeMs = clock.now()) => {
      state = pass(state, event, now);
    };
    lifecycle.visible.on(() => see("visible"));
    lifecycle.exit.on(() => see("hidden"));
    observeActivity(scope, options.allowUntrustedEvents, (at) => see("interaction", at));
    views.began.on(({ startedAt }) => {
      see(undefined, startedAt);
      before = state;
    });
    views.describing.on(({ startedAt, endedAt = clock.now(), measures }) => {
      see(undefined, endedAt);
      // A view ends with the last activity, where nobody came back to it.
      const within = (ms: number) => toNs(Math.min(ms, endedAt - startedAt));
      measures.foreground_time = within(state.foreground - before.foreground);
      measures.active_time = within(state.active - before.active);
    });
    return undefined;
  },
});
