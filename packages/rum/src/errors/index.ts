import type { RelativeMs } from "@sojourn/core";
import type { Feature, Sdk } from "../sdk.js";
import { describeError } from "./describe.js";
import { createLimit } from "./limit.js";

/** Errors in quick succession; after them one a second, so that a throw in a loop floods nobody. */
const MAX_AT_ONCE = 50;

/** What a framework knows of an error that it hands in. */
export interface ErrorDetails {
  /** The components around the one that failed, as the framework writes them. */
  componentStack?: string | null | undefined;
  /** False where nobody caught it but the framework. Default true. */
  handled?: boolean;
}

export interface ErrorMethods {
  /** Records an error that was caught. Anything thrown is accepted; an error object that was recorded before is not again. */
  addError(error: unknown, context?: Record<string, unknown>, details?: ErrorDetails): void;
}

/** Errors that nobody caught, and those that the application hands in. */
export const errors = (): Feature<ErrorMethods> => ({ methods: ["addError"], start: startErrors });

/**
 * Uncaught errors, unhandled rejections and reported ones. One error object is one event, however often it comes. Beyond
 * 50 at once and one a second they are left out, and the next that is kept says how many were.
 */
function startErrors({ scope, record, copy }: Sdk) {
  const { clock } = scope;
  const seen = new WeakSet<object>();
  const limit = createLimit(clock, MAX_AT_ONCE);
  let dropped = 0;

  function keep(
    thrown: unknown,
    how: { error_source: "source" | "custom"; error_handling: "handled" | "unhandled" },
    {
      fallback,
      context,
      at = clock.now(),
    }: { fallback?: string; context?: Record<string, unknown>; at?: RelativeMs } = {},
  ): void {
    if (typeof thrown === "object" && thrown) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    if (!limit.take()) {
      dropped++;
      return;
    }
    const fields = { ...describeError(thrown, fallback), ...how, error_dropped_count: dropped || undefined };
    if (record({ type: "error", at, fields, context, source: thrown })) dropped = 0;
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
    calls: {
      addError: (at: RelativeMs, error: unknown, context?: object) =>
        keep(error, { error_source: "custom", error_handling: "handled" }, { at, context: copy(context) }),
    },
  };
}
