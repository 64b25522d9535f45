// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { beforeEach, expect, test, vi } from "vitest";
import { requests, type ScriptRequest } from "../requests/index.js";
import { createTestSdk } from "../test/sdk.js";
import { loadingTime } from "./loading.js";

beforeEach(() => history.replaceState({}, "", "/start"));

/** `state`: how far the document is; `loadEventEnd`: 0 as long as it has not loaded. */
function setUp({ state = "complete", loadEventEnd = 0, since = 0 } = {}) {
  const navigation = { loadEventEnd };
  vi.spyOn(document, "readyState", "get").mockReturnValue(state as DocumentReadyState);
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  vi.spyOn(performance, "getEntriesByType").mockImplementation(() => [navigation as PerformanceNavigationTiming]);
  const test = createTestSdk({ since });
  const { started, ended } = test.sdk.share(requests);
  const { clock, views, calls } = test;
  return {
    ...test,
    start: () => test.start(loadingTime()),
    route: () => calls.startView(clock.now(), "next"),
    time: (view = views.current()) => view?.measures.loading_time,
    /** The load event, which takes 5 ms. */
    load() {
      navigation.loadEventEnd = clock.now() + 5;
      window.dispatchEvent(new Event("load"));
      clock.advance(5);
    },
    request(): () => void {
      const startedAt = clock.now();
      const request: ScriptRequest = { kind: "fetch", method: "GET", url: "https://a.example/", startedAt, fields: {} };
      started.emit(request);
      return () => ended.emit(request);
    },
    show(state: DocumentVisibilityState) {
      visibility.mockReturnValue(state);
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

test("a first view has loaded at the load event, when nothing comes after it", () => {
  const { clock, start, load, time } = setUp({ state: "loading" });
  start();
  clock.advance(800);
  expect(time()).toBeUndefined();
  load();
  clock.advance(100);
  expect(time()).toBe(805e6);
});

test("a first view has loaded when the requests of its start were answered, though that was after the load event", () => {
  const { clock, start, load, request, time } = setUp({ state: "loading" });
  start();
  clock.advance(400);
  const answer = request();
  clock.advance(400);
  load();
  clock.advance(1000);
  answer();
  clock.advance(100);
  expect(time()).toBe(1805e6);
});

test("a route has loaded when its requests were answered, from its start on", () => {
  const { clock, start, load, route, request, time, collect } = setUp({ state: "loading" });
  start();
  load();
  clock.advance(2000);
  route();
  clock.advance(10);
  const answer = request();
  clock.advance(300);
  answer();
  expect(time()).toBeUndefined();
  clock.advance(100);
  expect(time()).toBe(310e6);
  expect(collect().at(-1)).toMatchObject({ view_loading_type: "route_change", loading_time: 310e6 });
});

test("a route at which nothing happened has no loading time: the page may have been ready before", () => {
  const { clock, start, route, time } = setUp({ loadEventEnd: 1 });
  start();
  clock.advance(500);
  route();
  clock.advance(5000);
  expect(time()).toBeUndefined();
});

test("a route before the load event is left alone by it", () => {
  const { clock, start, route, load, request, time } = setUp({ state: "loading" });
  start();
  route();
  request()();
  clock.advance(500);
  expect(time()).toBe(0);
  load();
  request();
  clock.advance(40_000);
  expect(time()).toBe(0);
});

test("a view that ended before it came to rest has none", () => {
  const { clock, start, route, request, views, time } = setUp({ loadEventEnd: 1 });
  start();
  route();
  const left = views.current();
  clock.advance(50);
  request();
  route();
  clock.advance(15_000);
  expect(time(left)).toBeUndefined();
});

test("a view whose session ended before it came to rest has none", () => {
  const { clock, start, route, request, sessions, views, time } = setUp({ loadEventEnd: 1 });
  start();
  route();
  const left = views.current();
  const answer = request();
  clock.advance(50);
  sessions.end();
  answer();
  clock.advance(1000);
  expect(views.current()).toBeUndefined();
  expect(time(left)).toBeUndefined();
});

test.each([0, 850])(
  "a page that was hidden %i ms into its loading has none, as it would be the time until somebody came back",
  (at) => {
    const { clock, start, load, show, time } = setUp({ state: "loading" });
    start();
    clock.advance(at);
    show("hidden");
    show("visible");
    clock.advance(800);
    load();
    clock.advance(60);
    expect(time()).toBeUndefined();
    clock.advance(1000);
    expect(time()).toBeUndefined();
  },
);

test("a page that was hidden between its load event and its rest has none", () => {
  const { clock, start, load, show, time } = setUp({ state: "loading" });
  start();
  load();
  clock.advance(60);
  show("hidden");
  clock.advance(1000);
  expect(time()).toBeUndefined();
});

test("a page that is opened in the background has none", () => {
  const { clock, start, load, show, time } = setUp({ state: "loading" });
  show("hidden");
  start();
  clock.advance(100);
  show("visible");
  load();
  clock.advance(1000);
  expect(time()).toBeUndefined();
});

test("what comes back from the back/forward cache, or goes on in a new session, loads nothing", () => {
  const { clock, start, sessions, views, request, time } = setUp({ loadEventEnd: 1 });
  start();
  clock.advance(500);
  views.leave();
  views.restored(views.current());
  request()();
  clock.advance(500);
  expect(time()).toBeUndefined();
  sessions.start();
  expect(views.current()?.loadingType).toBe("session_renewal");
  request()();
  clock.advance(500);
  expect(time()).toBeUndefined();
});

test("a page that is busy for 30 seconds has none, rather than a wrong one", () => {
  const { clock, start, load, request, time } = setUp({ state: "loading" });
  start();
  load();
  for (let i = 0; i < 1000; i++) {
    clock.advance(50);
    request()();
  }
  clock.advance(1000);
  expect(time()).toBeUndefined();
});

test("an SDK that begins long after the load event has not seen the page load", () => {
  const { clock, start, time, request } = setUp({ loadEventEnd: 300 });
  clock.advance(5000);
  start();
  request()();
  clock.advance(500);
  expect(time()).toBeUndefined();
});

test("an SDK that begins in the load event has", () => {
  const { clock, start, time, request } = setUp();
  clock.advance(700);
  start();
  clock.advance(20);
  request()();
  clock.advance(500);
  expect(time()).toBe(720e6);
});

test("a measurement that begins anew in a loaded page measures no loading", () => {
  const { clock, start, time, request } = setUp({ loadEventEnd: 300, since: 400 });
  clock.advance(400);
  start();
  request()();
  clock.advance(500);
  expect(time()).toBeUndefined();
});

test("a prerendered page loads from the moment it is shown on", () => {
  const { clock, start, time, request, views } = setUp({ loadEventEnd: 300 });
  clock.advance(4000);
  const view = views.current();
  if (view) Object.assign(view, { startedAt: 4000 as RelativeMs });
  start();
  clock.advance(30);
  request()();
  clock.advance(500);
  expect(time()).toBe(30e6);
});
