import type { RelativeMs, Scope } from "@sojourn/core";
import { observeEntries } from "../observer.js";
import type { Recorder } from "../pipeline.js";
import { describeResource } from "./describe.js";
import { createMatcher, type Found } from "./match.js";
import { observeRequests } from "./requests.js";

/**
 * Every resource once: the document, what it loaded, and what its scripts asked for, failed requests included. Requests
 * to the intake never. Answers what drains everything that waits.
 */
export function startResources(scope: Scope, record: Recorder, intake: string): () => void {
  const { clock } = scope;
  const matcher = createMatcher<PerformanceResourceTiming>();
  const [intakeUrl = ""] = new URL(intake, document.baseURI).href.split("?");
  let timerSet = false;
  let documentKept = false;

  const isIntake = (url: string) => url.split("?")[0] === intakeUrl;

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

  function keepDocument(entry: PerformanceEntry | undefined): void {
    if (documentKept || !entry) return;
    documentKept = true;
    keep({ entry: entry as PerformanceNavigationTiming });
  }

  observeRequests(
    scope,
    (request) => {
      if (!isIntake(request.url)) matcher.started(request);
    },
    (request) => {
      keep(matcher.ended(request));
      wait();
    },
  );
  const drainDocument = observeEntries(scope, "navigation", keepDocument);
  const drainEntries = observeEntries(scope, "resource", (entry) => {
    if (!isIntake(entry.name)) keep(matcher.entry(entry as PerformanceResourceTiming));
  });

  return () => {
    drainDocument();
    // A page that is left before it has loaded was asked for all the same.
    keepDocument(performance.getEntriesByType("navigation")[0]);
    drainEntries();
    for (const found of matcher.expired(clock.now(), true)) keep(found);
  };
}
