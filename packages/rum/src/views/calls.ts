import { toNs } from "@sojourn/core";
import type { Sdk, Started } from "../sdk.js";
import { type Called, MAX_NAME } from "./view.js";

/** What a view is called and known by. */
export interface ViewOptions {
  name?: string;
  /** Goes into every event of the view. */
  context?: Record<string, unknown>;
}

export interface ViewMethods {
  /** Ends the current view and begins one at the same address. */
  startView(view: string | ViewOptions): void;
  /** Names the current view, as a router does that knows the route by its pattern. */
  setViewName(name: string): void;
  /** Replaces what every event of the current view carries, beside the global context. */
  setViewContext(context: Record<string, unknown>): void;
  /** Marks this moment in the current view, as time since its start. A view keeps as many as a context may hold: 5,000 bytes. */
  addTiming(name: string): void;
}

/** What the methods of the SDK's object do that are about views. */
export function viewCalls({ views, copy }: Sdk): NonNullable<Started<ViewMethods>["calls"]> {
  const cut = (name: unknown) => String(name).slice(0, MAX_NAME);
  const call = (called: Called) => {
    Object.assign(views.shown(), called);
    const view = views.current();
    if (view) views.changed(view);
  };
  return {
    startView(at, given) {
      const { name, context } = typeof given === "object" ? given : { name: given };
      views.start(name && cut(name), copy(context), at);
    },
    setViewName: (_at, name) => call({ name: cut(name) }),
    setViewContext: (_at, context) => call({ context: copy(context) }),
    addTiming(at, name) {
      const view = views.at(at);
      if (!view) return;
      // Bounded as contexts are, whatever they are called.
      view.timings = copy({ ...view.timings, [cut(name)]: toNs(at - view.startedAt) }, view.timings);
      views.changed(view);
    },
  };
}
