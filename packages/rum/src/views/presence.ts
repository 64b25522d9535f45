import { isVisible, toNs } from "@sojourn/core";
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

/** Counts the time that has passed, then takes in what changed. A moment from before the last one adds nothing. */
export function pass(state: Presence, now: number, change?: Partial<Presence>): Presence {
  const { at, visible, busyUntil, foreground, active } = state;
  const passed = visible ? Math.max(0, now - at) : 0;
  return {
    ...state,
    at: Math.max(at, now),
    foreground: foreground + passed,
    active: active + Math.max(0, Math.min(passed, busyUntil - at)),
    ...change,
  };
}

/** What an interaction at this moment changes. */
export const busy = (at: number): Partial<Presence> => ({ busyUntil: at + BUSY_MS });

/** How long a view was in front of somebody, and how long that person was busy with it. */
export const presence = (): Feature => ({
  start({ scope, views, lifecycle, options }) {
    const { clock } = scope;
    let state: Presence = {
      at: views.current()?.startedAt ?? 0,
      visible: isVisible(),
      busyUntil: 0,
      foreground: 0,
      active: 0,
    };
    const see = (now: number, change?: Partial<Presence>) => {
      state = pass(state, now, change);
    };
    lifecycle.visible.on(() => see(clock.now(), { visible: true }));
    lifecycle.exit.on(() => see(clock.now(), { visible: false }));
    observeActivity(scope, options.allowUntrustedEvents, (at) => see(at, busy(at)));
    views.began.on(({ startedAt }) => see(startedAt, { foreground: 0, active: 0 }));
    views.describing.on(({ startedAt, endedAt = clock.now(), measures }) => {
      see(endedAt);
      // A view ends with the last activity, where nobody came back to it.
      const within = (ms: number) => toNs(Math.min(ms, endedAt - startedAt));
      measures.foreground_time = within(state.foreground);
      measures.active_time = within(state.active);
    });
    return undefined;
  },
});
