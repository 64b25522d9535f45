import type { RelativeMs } from "@sojourn/core";
import { navigationEntry, observeEntries } from "../observer.js";
import { requests } from "../requests/index.js";
import type { Feature, Sdk } from "../sdk.js";
import { documentTrace } from "../tracing/parent.js";
import { describeResource, type Timing } from "./describe.js";
import { intakes } from "./intakes.js";
import { createMatcher, type Found } from "./match.js";

/** Every resource once: the document, what it loaded, and what its scripts asked for, failed requests included. */
export const resources = (): Feature => ({ start: startResources });

/** Requests to the intake are none of the page's. Unless the page goes, a document that is still loading is left to its end. */
function startResources({ scope, record, share, drop, clean }: Sdk) {
  const matcher = createMatcher<Timing>(keep);
  const isIntake = share(intakes);
  let documentKept = false;

  function keep(found: Found<Timing>, more?: object): void {
    const { entry, request } = found;
    const at = (request?.startedAt ?? entry?.startTime ?? 0) as RelativeMs;
    record({ type: "resource", at, fields: { ...describeResource(found, clean.url), ...more }, source: entry });
  }

  /** An observer that begins early is given the document while it loads, and once more when it has loaded. */
  function keepDocument(document: PerformanceNavigationTiming | undefined, unfinished?: boolean): void {
    if (documentKept || !document || !(unfinished || document.responseEnd > 0)) return;
    documentKept = true;
    keep({ entry: document }, documentTrace(document));
  }

  const { started, ended, streams } = share(requests);
  started.on((request) => {
    if (!isIntake(request.url)) matcher.started(request);
  });
  ended.on(matcher.ended);
  const drainEntries = observeEntries<PerformanceResourceTiming>(
    scope,
    ["navigation", "resource"],
    (entry) => {
      if (entry.entryType === "navigation") keepDocument(entry as PerformanceNavigationTiming);
      else if (!isIntake(entry.name) && !streams.has(entry.name)) matcher.entry(entry);
    },
    {},
    (count) => drop("entries", count),
  );

  return {
    drain(exit: boolean) {
      // A page that is left before it has loaded was asked for all the same.
      keepDocument(navigationEntry(), exit);
      drainEntries();
      matcher.drain();
    },
  };
}
