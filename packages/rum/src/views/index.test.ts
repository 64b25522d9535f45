// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { LIMITS } from "@sojourn/session";
import { beforeEach, expect, test } from "vitest";
import { createTestSdk } from "../test/sdk.js";

beforeEach(() => history.replaceState({}, "", "/start"));
function setUp(given?: Parameters<typeof createTestSdk>[0]) {
  const test = createTestSdk(given);
  const { clock, views, calls } = test;
  const collect = (exit = false) => {
    const written: [path: string, version: number, fields: ReturnType<typeof views.describe>][] = [];
    views.collect(exit, (view) => {
      const fields = views.describe(view);
      written.push([new URL(view.url).pathname, fields.document_version, fields]);
      return true;
    });
    return written;
  };
  const start = (name: string) => calls.startView(clock.now(), name);
  const timing = (name: string) => calls.addTiming(clock.now(), name);
  return { ...test, start, timing, collect };
}
const versions = (written: [string, number, unknown][]) => written.map(([path, version]) => [path, version]);

test("the first view is there at once and began with the document", () => {
  const { views, collect } = setUp();
  expect(views.current()).toMatchObject({ startedAt: 0, loadingType: "initial_load" });
  expect(versions(collect())).toEqual([["/start", 1]]);
  expect(collect()).toEqual([]);
});

test("a path change ends one view and begins the next, and both leave", () => {
  const { clock, collect } = setUp();
  collect();
  clock.advance(3000);
  history.pushState({}, "", "/next");
  clock.advance(500);
  const [first, second] = collect().map(([, , fields]) => fields);
  expect(first).toMatchObject({ document_version: 2, is_active: false, time_spent: 3e9 });
  expect(second).toMatchObject({
    document_version: 1,
    is_active: true,
    time_spent: 0.5e9,
    view_loading_type: "route_change",
  });
});

test("history of another path only: query, state and plain fragments stay in the view", () => {
  const { views } = setUp();
  const before = views.current();
  history.pushState({}, "", "/start?page=2");
  history.replaceState({ a: 1 }, "");
  history.pushState({}, "", "/start#section");
  expect(views.current()).toBe(before);
  history.pushState({}, "", "/start#/route");
  expect(views.current()).not.toBe(before);
});

test("where the application begins its views itself, a new path begins none", () => {
  const { views, start } = setUp({ options: { trackViewsManually: true } });
  const first = views.current();
  history.pushState({}, "", "/next");
  expect(views.current()).toBe(first);
  start("checkout");
  expect(views.current()).toMatchObject({ name: "checkout", loadingType: "route_change" });
  expect(new URL(views.current()?.url ?? "").pathname).toBe("/next");
});

test("a late event finds the view it began in, and makes it leave again", () => {
  const { clock, views, collect } = setUp();
  const first = views.current();
  clock.advance(100);
  const during = clock.now();
  clock.advance(100);
  history.pushState({}, "", "/next");
  collect();
  expect(views.at(during)).toBe(first);
  if (first) views.changed(first);
  expect(versions(collect())).toEqual([["/start", 3 - 1]]);
});

test("an exit takes the time that has passed as a change, but not twice within a second", () => {
  const { clock, collect } = setUp();
  collect();
  clock.advance(5000);
  expect(collect()).toEqual([]);
  expect(versions(collect(true))).toEqual([["/start", 2]]);
  expect(collect(true)).toEqual([]);
  clock.advance(1000);
  expect(versions(collect(true))).toEqual([["/start", 3]]);
});

test("when the session ends its view ends; a renewal begins a view of its own, with the name kept", () => {
  const { clock, sessions, views, collect, start, ended } = setUp();
  start("checkout");
  collect();
  clock.advance(LIMITS.idle);
  expect(views.current()).toBeUndefined();
  expect(ended()).toBe(1);
  expect(views.current()).toBeUndefined();
  sessions.activity();
  expect(views.current()).toMatchObject({ loadingType: "session_renewal", name: "checkout" });
  expect(views.current()?.session).toBe(sessions.current());
});

test("custom timings are bounded", () => {
  const { clock, timing, collect } = setUp();
  clock.advance(250);
  timing("hero shown");
  for (let i = 0; i < 500; i++) timing(`t${i}`);
  const [[, , fields] = []] = collect();
  expect(fields?.custom_timings?.["hero shown"]).toBe(250e6);
  expect(JSON.stringify(fields?.custom_timings).length).toBeGreaterThan(4900);
  expect(JSON.stringify(fields?.custom_timings).length).toBeLessThanOrEqual(5000);
});

test("S16: a view lasts no longer than its session was lived in", () => {
  const { clock, sessions, collect } = setUp();
  clock.advance(4000);
  sessions.activity();
  clock.advance(LIMITS.idle);
  const [[, , fields] = []] = collect();
  expect(fields).toMatchObject({ is_active: false, time_spent: 4e9 });
});

test("a view that is restored from the cache ended when it was left, and another begins", () => {
  const { clock, views, collect } = setUp();
  collect();
  clock.advance(1000);
  views.leave();
  clock.advance(5000);
  views.restored(views.current());
  const [first, second] = collect().map(([, , fields]) => fields);
  expect(first).toMatchObject({ is_active: false, time_spent: 1e9 });
  expect(second).toMatchObject({ view_loading_type: "bf_cache", time_spent: 0 });
  expect(views.ofDocument()).toBe(views.current());
});

test("S24: coming back from the cache to an expired session is one view, not two", () => {
  const { clock, sessions, views, collect } = setUp();
  collect();
  views.leave();
  clock.advance(LIMITS.idle + 1);
  collect();
  const before = views.current();
  sessions.visible();
  // The clock of a real page moves on between two lines.
  clock.advance(0.1);
  views.restored(before);
  expect(collect().map(([, , fields]) => fields.view_loading_type)).toEqual(["bf_cache"]);
});

test("a view by hand is called what is said, and ends the one before at that moment", () => {
  const { clock, views, calls, collect } = setUp();
  clock.advance(1000);
  const at = clock.now();
  clock.advance(50);
  // As a call that waited does.
  calls.startView(at, { name: "step 2", context: { plan: "pro" } });
  const [first, second] = collect().map(([, , fields]) => fields);
  expect(first).toMatchObject({ is_active: false, time_spent: 1e9 });
  expect(second).toMatchObject({ is_active: true, time_spent: 0.05e9, view_loading_type: "route_change" });
  expect(views.current()).toMatchObject({ name: "step 2", context: { plan: "pro" }, startedAt: at });
  calls.startView(clock.now(), undefined as unknown as string);
  expect(views.current()).toMatchObject({ name: undefined, context: {} });
});

test("a view that was begun by hand before the page was shown begins with the page", () => {
  const { calls, collect, views, clock } = createTestSdk({ since: 500 });
  clock.advance(500);
  calls.startView(100 as RelativeMs, "early");
  expect(views.current()).toMatchObject({ startedAt: 500, name: "early" });
  expect(collect().map(({ time_spent }) => time_spent)).toEqual([0, 0]);
});

test("late resources of a view that ended count in it for five minutes; after that it does not leave again", () => {
  const { clock, views, sdk, sent, collect } = createTestSdk();
  const first = views.current();
  clock.advance(100);
  const resource = () =>
    sdk.record({ type: "resource", at: 50 as RelativeMs, fields: { resource_url: "https://shop.example/a.png" } });
  views.start("next", {}, clock.now());
  collect();
  clock.advance(5 * 60_000);
  resource();
  expect(collect()).toMatchObject([
    { document_version: 2, is_active: false, view_resource_count: 1, time_spent: 0.1e9 },
  ]);
  clock.advance(1);
  resource();
  expect(collect()).toEqual([]);
  // The event itself is still that view's.
  expect(sent.at(-1)?.event.type).toBe("resource");
  expect(sent.at(-1)?.view).toBe(first);
});

test("a view that ends with a session long after it was last lived in has its last version", () => {
  const { clock, sessions, views, collect } = setUp();
  clock.advance(1000);
  sessions.activity();
  collect();
  clock.advance(LIMITS.idle);
  expect(views.current()).toBeUndefined();
  expect(collect().map(([, version, { is_active, time_spent }]) => [version, is_active, time_spent])).toEqual([
    [2, false, 1e9],
  ]);
});

test("hidden is a moment to tell the newest of a view, not only the page's end: phones give no other", () => {
  const { clock, collect } = setUp();
  clock.advance(3000);
  collect();
  clock.advance(290_000);
  const [[, version, fields] = []] = collect(true);
  expect([version, fields?.time_spent, fields?.is_active]).toEqual([2, 293e9, true]);
  // Shown again, and hidden again.
  clock.advance(5000);
  expect(collect(true).map(([, next]) => next)).toEqual([3]);
});

test("a wall clock that is set back takes no time from a view", () => {
  const { clock, collect } = setUp();
  clock.advance(1000);
  clock.jump(-60_000);
  clock.advance(1000);
  expect(collect().map(([, , fields]) => fields.time_spent)).toEqual([2e9]);
});
