// @vitest-environment happy-dom
import { LIMITS } from "@sojourn/session";
import { beforeEach, expect, test } from "vitest";
import { createTestSdk } from "../test/sdk.js";

beforeEach(() => history.replaceState({}, "", "/start"));

test("a route that is left while there is no session does not name the view that the next one begins with", () => {
  const { clock, sessions, views, collect, calls } = createTestSdk();
  calls.startView(clock.now(), "checkout");
  collect();
  clock.advance(LIMITS.idle);
  history.pushState({}, "", "/signed-out");
  sessions.activity();
  expect(views.current()).toMatchObject({ name: undefined, context: {} });
  clock.advance(LIMITS.idle);
  history.pushState({}, "", "/login");
  calls.setViewName(clock.now(), "login");
  history.replaceState({}, "", "/login?again");
  sessions.activity();
  expect(views.current()).toMatchObject({ loadingType: "session_renewal", name: "login" });
});

test("names are cut to what may be kept", () => {
  const { clock, views, calls } = createTestSdk();
  calls.startView(clock.now(), "n".repeat(5000));
  expect(views.current()?.name).toHaveLength(200);
});

test("a restored view is called what it was", () => {
  const { clock, views, calls } = createTestSdk();
  calls.startView(clock.now(), { name: "cart", context: { items: 2 } });
  views.leave();
  views.restored(views.current());
  expect(views.current()).toMatchObject({ loadingType: "bf_cache", name: "cart", context: { items: 2 } });
});

test("a name that a router gives right after the address changed is the new view's", () => {
  const { clock, views, calls, collect } = createTestSdk();
  const first = views.current();
  calls.setViewName(clock.now(), "/start");
  history.pushState({}, "", "/orders/1234");
  calls.setViewName(clock.now(), "/orders/:id");
  expect([first?.name, views.current()?.name]).toEqual(["/start", "/orders/:id"]);
  expect(collect().map(({ document_version }) => document_version)).toEqual([1, 1]);
  calls.setViewName(clock.now(), "/orders/:number");
  expect(collect()).toMatchObject([{ document_version: 2, is_active: true }]);
});

test("the context of a view is in each of its events, the late ones too, and in no other's", () => {
  const { clock, views, calls, sdk, who, events, sessions } = createTestSdk();
  const action = (action_name: string, at = clock.now(), context?: object) =>
    sdk.record({
      type: "action",
      at,
      fields: { action_id: "a", action_type: "custom", action_name },
      context: { ...context },
    });
  who.context = { shop: "de", step: 0 };
  calls.setViewContext(clock.now(), { step: 1 });
  action("global, then the view's, then its own", clock.now(), { own: true });
  clock.advance(10);
  const during = clock.now();
  clock.advance(10);
  calls.startView(clock.now(), "next");
  action("the next view's");
  action("late", during);
  // Replaced, not merged.
  calls.setViewContext(clock.now(), { other: true });
  calls.setViewContext(clock.now(), { only: true });
  sessions.start();
  action("after the renewal");
  expect(events("action").map(({ context }) => context)).toEqual([
    { shop: "de", step: 1, own: true },
    { shop: "de", step: 0 },
    { shop: "de", step: 1 },
    { shop: "de", step: 0, only: true },
  ]);
  expect(views.current()?.loadingType).toBe("session_renewal");
});

test("what is not called by a text is called by one, and the application groups paths as it likes", () => {
  const pathGroup = (path: string) => (path.startsWith("/start") ? "g".repeat(500) : undefined);
  const { views, calls, clock } = createTestSdk({ options: { pathGroup } });
  expect(views.current()?.pathGroup).toBe("g".repeat(200));
  calls.startView(clock.now(), 7 as unknown as string);
  expect(views.current()?.name).toBe("7");
  history.pushState({}, "", "/other");
  expect(views.current()?.pathGroup).toBeUndefined();
});

test.each([5, ["list"], {}])("a path group that is %j costs no view", (group) => {
  const { views, errors, collect } = createTestSdk({ options: { pathGroup: () => group } });
  history.pushState({}, "", "/next");
  expect(views.current()).toMatchObject({ loadingType: "route_change", pathGroup: undefined });
  expect(collect()).toHaveLength(2);
  expect(errors).toHaveLength(2);
});

test("a path group that throws costs only itself", () => {
  const { views, errors } = createTestSdk({
    options: {
      pathGroup() {
        throw new Error("theirs");
      },
    },
  });
  expect(views.current()).toMatchObject({ pathGroup: undefined });
  expect(errors).toHaveLength(1);
});

test("timings of any name, and of many long ones, cost no view its versions", () => {
  const { clock, calls, collect, views, errors } = createTestSdk();
  clock.advance(5);
  for (const name of ["constructor", "prototype", "__proto__", "hero shown"]) calls.addTiming(clock.now(), name);
  expect(views.current()?.timings).toEqual({ "hero shown": 5e6 });
  for (let i = 0; i < 100; i++) calls.addTiming(clock.now(), `${i}${"价".repeat(200)}`);
  expect(errors.length).toBeGreaterThan(0);
  expect(Object.keys(views.current()?.timings ?? {}).length).toBeGreaterThan(5);
  expect(collect()).toHaveLength(1);
});
