// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { vitals } from "./index.js";

const ENTRIES = ["event", "layout-shift", "largest-contentful-paint", "paint"];

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  Reflect.deleteProperty(performance, "interactionCount");
});

/**
 * A document that had this many interactions before the measurement, which begins at `since`, and was prerendered until
 * `activationStart`. The test writes its entries.
 */
function setUp({ interactionCount = 0, since = 0, activationStart = 0 } = {}) {
  const asked: object[] = [];
  let deliver: (list: { getEntries(): object[] }) => void = () => {};
  class Observer {
    static readonly supportedEntryTypes = ENTRIES;
    constructor(callback: typeof deliver) {
      deliver = callback;
    }
    observe = (options: object) => asked.push(options);
    disconnect() {}
    takeRecords = () => [];
  }
  vi.stubGlobal("PerformanceObserver", Observer);
  vi.spyOn(performance, "getEntriesByType").mockImplementation((type) =>
    type === "navigation" ? [{ activationStart, responseStart: 10 } as unknown as PerformanceEntry] : [],
  );
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  Object.assign(performance, { interactionCount });
  const { start, views, clock } = createTestSdk({ since });
  clock.advance(since);
  start(vitals());
  return {
    asked,
    entries: (...entries: object[]) => deliver({ getEntries: () => entries }),
    measures: () => views.ofDocument()?.measures,
  };
}

test("interactions from before the SDK was there count among those that the browser still tells of", () => {
  const { entries, measures } = setUp({ interactionCount: 55 });
  const key = { entryType: "event", name: "keydown", processingStart: 0, processingEnd: 0 };
  entries(
    { ...key, interactionId: 7, startTime: 100, duration: 400 },
    { ...key, interactionId: 14, startTime: 900, duration: 320 },
  );
  // Of more than fifty the second longest is the figure.
  expect(measures()).toMatchObject({ interaction_to_next_paint: 320e6 });
});

test("a measurement that begins anew has the shifts since, and no paint of a load that was long ago", () => {
  const { entries, measures } = setUp({ since: 5000 });
  const paint = { duration: 0, renderTime: 6000, size: 9, url: "" };
  entries(
    { ...paint, entryType: "paint", name: "first-contentful-paint", startTime: 80 },
    { ...paint, entryType: "largest-contentful-paint", startTime: 6000 },
    { entryType: "layout-shift", startTime: 6100, duration: 0, value: 0.25, sources: [] },
  );
  expect(measures()).toMatchObject({ cumulative_layout_shift: 0.25 });
  expect(measures()).not.toHaveProperty("largest_contentful_paint");
  expect(measures()).not.toHaveProperty("first_contentful_paint");
});

test("a measurement that begins anew counts no interactions of before", () => {
  const { entries, measures } = setUp({ interactionCount: 55, since: 5000 });
  Object.assign(performance, { interactionCount: 57 });
  const key = { entryType: "event", name: "keydown", processingStart: 0, processingEnd: 0 };
  entries(
    { ...key, interactionId: 400, startTime: 5100, duration: 400 },
    { ...key, interactionId: 407, startTime: 5900, duration: 320 },
  );
  expect(measures()).toMatchObject({ interaction_to_next_paint: 400e6 });
});

test("the browser is asked for interactions of 40 ms and more, those from before included", () => {
  expect(setUp().asked).toContainEqual({ type: "event", buffered: true, durationThreshold: 40 });
});

test("what was painted before a prerendered page was shown was there at once", () => {
  const { entries, measures } = setUp({ activationStart: 500 });
  const paint = { entryType: "largest-contentful-paint", duration: 0, url: "", element: null, id: "" };
  entries(
    { entryType: "paint", name: "first-contentful-paint", startTime: 300, duration: 0 },
    { ...paint, startTime: 350 },
  );
  expect(measures()).toMatchObject({ first_contentful_paint: 0, largest_contentful_paint: 0 });
  entries({ ...paint, startTime: 650 });
  expect(measures()).toMatchObject({ largest_contentful_paint: 150e6 });
});
