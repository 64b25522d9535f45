import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import { observeEntries } from "./observer.js";

afterEach(() => vi.unstubAllGlobals());

/** An observer as a browser has it, of which the test says what it sees. */
function setUp({ observe = (_options: PerformanceObserverInit) => {} } = {}) {
  const { scope, errors } = createTestScope();
  let held: PerformanceEntry[] = [];
  let deliver = (_entries: PerformanceEntry[], _more?: object) => {};
  let connected = false;
  class Observer {
    static readonly supportedEntryTypes = ["resource"];
    constructor(callback: (list: { getEntries(): PerformanceEntry[] }, observer: Observer, more?: object) => void) {
      deliver = (entries, more) => callback({ getEntries: () => entries }, this, more);
    }
    observe(options: PerformanceObserverInit) {
      observe(options);
      connected = true;
    }
    disconnect() {
      connected = false;
    }
    takeRecords() {
      return held.splice(0);
    }
  }
  vi.stubGlobal("PerformanceObserver", Observer);
  const seen: string[] = [];
  const lost: number[] = [];
  const drain = observeEntries(
    scope,
    ["resource"],
    ({ name }) => seen.push(name),
    {},
    (count) => lost.push(count),
  );
  return {
    scope,
    errors,
    seen,
    lost,
    drain,
    lose: (count: number) => deliver([], { droppedEntriesCount: count }),
    deliver: (...names: string[]) => deliver(names.map((name) => ({ name }) as PerformanceEntry)),
    hold(...names: string[]) {
      held = names.map((name) => ({ name }) as PerformanceEntry);
    },
    connected: () => connected,
  };
}

test("entries are handled as they come, and what is held back when it is drained", () => {
  const { deliver, hold, drain, seen } = setUp();
  deliver("a", "b");
  hold("c");
  drain();
  expect(seen).toEqual(["a", "b", "c"]);
});

test("after the stop nothing is observed and nothing is drained", () => {
  const { scope, deliver, hold, drain, seen, connected } = setUp();
  expect(connected()).toBe(true);
  scope.stop();
  expect(connected()).toBe(false);
  hold("late");
  drain();
  deliver("later");
  expect(seen).toEqual([]);
});

test("a browser that refuses to observe one type costs only that type", () => {
  const { drain, seen, errors } = setUp({
    observe() {
      throw new TypeError("entryTypes required");
    },
  });
  drain();
  expect(seen).toEqual([]);
  expect(errors).toHaveLength(1);
});

test("how many entries the browser could not keep is known where it says so", () => {
  const { deliver, lose, lost } = setUp();
  lose(7);
  deliver("a");
  expect(lost).toEqual([7, 0]);
});

test.each([
  ["no observer", undefined],
  ["an observer that does not say what it knows", class {}],
])("a browser with %s costs the entries, not more", (_what, observer) => {
  vi.stubGlobal("PerformanceObserver", observer);
  const { scope, errors } = createTestScope();
  const drain = observeEntries(scope, ["resource"], () => {});
  expect(drain).not.toThrow();
  expect(errors).toEqual([]);
});
