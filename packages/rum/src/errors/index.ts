import type { RelativeMs, Scope } from "@sojourn/core";
import type { Recorder } from "../pipeline.js";
import { describeError } from "./describe.js";

export interface Errors {
  /** An error that the application caught and reports itself. */
  add(error: unknown, context?: Record<string, unknown>): void;
}

/** Uncaught errors, unhandled rejections and reported ones. One error object is one event, however often it comes. */
export function startErrors(scope: Scope, record: Recorder): Errors {
  const seen = new WeakSet<object>();

  function keep(
    thrown: unknown,
    how: { error_source: "source" | "custom"; error_handling: "handled" | "unhandled" },
    { fallback, context }: { fallback?: string; context?: Record<string, unknown> | undefined } = {},
  ): void {
    if (typeof thrown === "object" && thrown) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    const at: RelativeMs = scope.clock.now();
    record({ type: "error", at, fields: { ...describeError(thrown, fallback), ...how }, context });
  }

  const uncaught = { error_source: "source", error_handling: "unhandled" } as const;
  scope.listen<ErrorEvent>(window, ["error"], (event) => {
    // Elements that fail to load fire an event of the same name, which has no message.
    if (!(event instanceof ErrorEvent)) return;
    // An engine that has no error object for us (another origin's script) still has a message.
    keep(event.error ?? undefined, uncaught, event.error ? {} : { fallback: event.message });
  });
  scope.listen<PromiseRejectionEvent>(window, ["unhandledrejection"], (event) => keep(event.reason, uncaught));

  return {
    add: (error, context) => keep(error, { error_source: "custom", error_handling: "handled" }, { context }),
  };
}
