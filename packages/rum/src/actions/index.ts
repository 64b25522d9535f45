import { hook } from "@sojourn/core";
import { ACTIVITY } from "../activity/index.js";
import type { Feature } from "../sdk.js";
import { clickActions, type Frustration } from "./clicks.js";
import { type ActionOptions, customActions } from "./custom.js";
import { createRuns } from "./runs.js";

export type { Frustration } from "./clicks.js";
export type { ActionOptions } from "./custom.js";

export interface ActionMethods {
  /** Records an action that is no click. */
  addAction(name: string, context?: Record<string, unknown>): void;
  /**
   * Begins an action that takes its time. Errors, resources and long tasks that begin meanwhile belong to it, unless a
   * click comes between. At most 100 run at once: the oldest is forgotten. One that never ends is not recorded.
   */
  startAction(name: string, options?: ActionOptions): void;
  /** Ends an action and records it, with its duration. */
  stopAction(name: string, options?: ActionOptions): void;
}

const OPTIONS = {
  ...ACTIVITY,
  /** Called when a click turned out to be one that annoys: a second or more after it, or when the page is left. */
  onFrustration: hook<(click: Frustration) => void>(),
} as const;

/** Clicks, and what the application calls an action. */
export const actions = (): Feature<ActionMethods, typeof OPTIONS> => ({
  options: OPTIONS,
  methods: ["addAction", "startAction", "stopAction"],
  start(sdk, { onFrustration }) {
    const begin = createRuns(sdk);
    return { calls: customActions(sdk, begin), drain: clickActions(sdk, begin, onFrustration) };
  },
});
