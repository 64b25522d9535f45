import type { RelativeMs, Scope } from "@sojourn/core";
import { observeEntries } from "../observer.js";
import type { Recorder } from "../pipeline.js";
import { describeResource } from "./describe.js";
import { addressOf, createMatcher, type Found } from "./match.js";
import { observeRequests } from "./requests.js";

/**
 * Every resource once: the document, what it loaded, and what its scripts asked for, failed requests included. Requests
 * to `intake`, the URL that bodies are sent to, never. Answers what drains everything that waits; unless the page is
 * about to go, `drain(false)` leaves a document that is still loading to its end.
 */
export function startResources(scope: Scope, record: Recorder, intake: string): (exit?: boolean) => void {
  const { clock } = scope;
  const matcher = createMatcher<PerformanceResourceTiming>();
  const placeOf = (url: string) => addressOf(url).split("?")[0];
  const intakePlace = placeOf(new URL(intake, location.href).href);
  let timerSet = false;
  let documentKept = false;

  const isIntake = (url: string) => placeOf(url) === intakePlace;

  function keep(found: Found<PerformanceResourceTiming> | undefined): void {
    if (!found) return;
    const at = (found.request?.startedAt ?? found.entry?.startTime ?? 0) as RelativeMs;
    record({ type: "resource", at, fields: describeResource(found) });
  }

  function wait(): void {
    const next = matcher.nextExpiry();
    if (timerSet || next === undefined) return;
    timerSet = true;
    scope.timer(
      () => {
        timerSet = false;
        for (const found of matcher.expired(clock.now(), false)) keep(found);
        wait();
      },
      Math.max(next - clock.now(), 0),
    );
  }

  /** An observer that begins early is given the document while it loads, and once more when it has loaded. */
  function keepDocument(entry: PerformanceEntry | undefined, unfinished: boolean): void {
    const document = entry as PerformanceNavigationTiming | undefined;
    if (documentKept || !document || !(unfinished || document.responseEnd > 0)) return;
    documentKept = true;
    keep({ entry: document });
  }

  observeRequests(scope, {
    started(request) {
      if (!isIntake(request.url)) matcher.started(request);
    },
    ended(request) {
      keep(matcher.ended(request));
      wait();
    },
    dropped: (request) => keep(matcher.dropped(request)),
  });
  observeEntries(scope, "navigation", (entry) => keepDocument(entry, false));
  const drainEntries = observeEntries(scope, "resource", (entry) => {
    if (!isIntake(entry.name)) keep(matcher.entry(entry as PerformanceResourceTiming));
  });

  return (exit = true) => {
    if (scope.stopped) return;
    // A page that is left before it has loaded was asked for all the same.
    keepDocument(performance.getEntriesByType("navigation")[0], exit);
    drainEntries();
    for (const found of matcher.expired(clock.now(), true)) keep(found);
  };
}
