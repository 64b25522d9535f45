import { type FieldsOf, guard, type RelativeMs } from "@sojourn/core";
import { intakes } from "../resources/intakes.js";
import type { Feature, Sdk } from "../sdk.js";
import { observeConsole } from "./console.js";
import { createDebugIds } from "./debug-ids.js";
import { createDescriber, MAX_TEXT, show } from "./describe.js";
import { isIgnored, isOfExtension } from "./ignore.js";
import { createLimit } from "./limit.js";
import { ERROR_OPTIONS, type ErrorOptions } from "./options.js";
import { CSP, observeReports, placeOf } from "./reports.js";

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

/**
 * Errors that nobody caught, those that the application hands in or writes on the console, files of elements that did
 * not load, and what the browser reports: violations of policies, interventions and deprecations.
 */
export const errors = (): Feature<ErrorMethods, typeof ERROR_OPTIONS> => ({
  options: ERROR_OPTIONS,
  methods: ["addError"],
  start: startErrors,
});

/**
 * One error object is one event, however often it comes. Beyond 50 at once and one a second they are left out, and the
 * next that is kept says how many were.
 */
function startErrors({ scope, since, options, clean, record, copy, drop, share }: Sdk, own: ErrorOptions) {
  const { clock, report } = scope;
  const { cut, describe } = createDescriber(clean.text);
  const debugIds = createDebugIds(clean.text);
  const seen = new WeakSet<object>();
  const limit = createLimit(clock, MAX_AT_ONCE);
  const fingerprint = own.fingerprint && guard(report, own.fingerprint);
  const waiting: (() => void)[] = [];
  let dropped = 0;
  let busy = false;

  /** `message` and `place`, a line of a stack: what is known beside the value that was thrown, or instead of it. */
  function found(
    error_source: "source" | "custom" | "console" | "report" | "network",
    handled: unknown,
    thrown: unknown,
    at = clock.now(),
    message = show(thrown),
    place = "",
    more: Partial<FieldsOf<"error">> = {},
    context?: Record<string, unknown>,
  ): void {
    // While one is recorded: what a hook that sees it writes on the console would be the next.
    if (busy) return;
    if (typeof thrown === "object" && thrown) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    if (isIgnored(message.slice(0, MAX_TEXT), own.ignoreErrors)) {
      drop("ignored");
      return;
    }
    if (!limit.take()) {
      dropped++;
      drop("error_limit");
      return;
    }
    busy = true;
    try {
      const said = describe(thrown, message);
      const { error_stack = "" } = said;
      if (place && !/:\d+:\d/.test(error_stack)) said.error_stack = cut(`${error_stack || message}\n${place}`);
      if (isOfExtension(said.error_stack)) {
        drop("ignored");
        return;
      }
      const group: unknown = fingerprint?.(thrown);
      const fields = {
        ...said,
        error_source,
        error_handling: handled ? "handled" : "unhandled",
        error_dropped_count: dropped || undefined,
        error_fingerprint: typeof group === "string" ? group.slice(0, 512) : undefined,
        error_debug_ids: debugIds(said),
        ...more,
      };
      if (record({ type: "error", at, fields, context, source: thrown })) dropped = 0;
    } finally {
      busy = false;
    }
  }

  function caught(at: RelativeMs | undefined, event: Event): void {
    if ("reason" in event) found("source", false, event.reason, at);
    else if ("message" in event) {
      const { error, message, filename, lineno, colno } = event as ErrorEvent;
      // An engine that has no error object for us (another origin's script) still has a message.
      found("source", false, error ?? undefined, at, error ? undefined : message, placeOf(filename, lineno, colno));
    } else if (event.isTrusted || options.allowUntrustedEvents) {
      const { localName, currentSrc, src, href, data } = event.target as unknown as Record<string, unknown>;
      // That of an SVG element is an object.
      const link = (href as SVGAnimatedString | undefined)?.baseVal ?? href;
      const url = clean.url(String(currentSrc || src || link || data || ""));
      if (localName) found("network", false, undefined, at, `${localName} failed to load: ${url}`);
    }
  }

  function drain(): void {
    for (const tell of waiting.splice(0)) tell();
  }

  scope.listen(window, ["error", "unhandledrejection"], (event) => caught(undefined, event));
  if (own.trackConsoleErrors) {
    observeConsole(scope, (message, error) => {
      if (busy) return;
      const at = clock.now();
      // A framework or a handler that writes an error there may know more of it, and say so a moment later.
      const count = waiting.push(() => found("console", true, error, at, message));
      if (count > MAX_AT_ONCE) drain();
      else if (count === 1) scope.timer(drain, 0);
    });
  }
  observeReports(scope, !since, share(intakes), (error_type, message, place) =>
    // Of the page's own doing only a violation keeps something from happening.
    found("report", error_type !== CSP, undefined, undefined, message, place, { error_type }),
  );

  return {
    drain,
    calls: {
      early: caught,
      addError(
        at: RelativeMs,
        error: unknown,
        context?: object,
        { handled = true, componentStack }: ErrorDetails = {},
      ) {
        const more = { error_component_stack: componentStack ? cut(String(componentStack)) : undefined };
        found("custom", handled, error, at, undefined, undefined, more, copy(context));
      },
    },
  };
}
