// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { actions } from "./index.js";

function setUp() {
  const test = createTestSdk();
  const { calls } = test.start(actions());
  if (!calls) throw new Error("there are no methods");
  const { clock, sdk } = test;
  return {
    ...test,
    add: (name: string, context?: Record<string, unknown>) => calls.addAction(clock.now(), name, context),
    start: (name: string, options?: object) => calls.startAction(clock.now(), name, options),
    stop: (name: string, options?: object) => calls.stopAction(clock.now(), name, options),
    load: () => sdk.record({ type: "resource", at: clock.now(), fields: { resource_url: "https://a.example/" } }),
    dropped: () => test.views.current()?.drops.action,
  };
}

test("an action of the application's has the name and the context it was given", () => {
  const { add, events } = setUp();
  add("checkout", { cart: 3 });
  add("n".repeat(5000));
  expect(events("action")[0]).toMatchObject({ action_type: "custom", action_name: "checkout", context: { cart: 3 } });
  expect(events("action")[0]?.duration).toBeUndefined();
  expect(events("action")[1]?.action_name).toHaveLength(512);
});

test("an action that is started and stopped has a duration, the contexts of both calls, and what began meanwhile", () => {
  const { clock, start, stop, load, events } = setUp();
  clock.advance(100);
  start("checkout", { context: { cart: 3, step: 1 } });
  clock.advance(2000);
  load();
  stop("checkout", { context: { step: 2 } });
  clock.advance(1);
  load();
  const [action] = events("action");
  expect(action).toMatchObject({
    action_type: "custom",
    action_name: "checkout",
    duration: 2e9,
    action_resource_count: 1,
    context: { cart: 3, step: 2 },
  });
  expect(events("resource").map(({ action_id }) => action_id)).toEqual([action?.action_id, undefined]);
});

test("one name may run several times, told apart by its key", () => {
  const { clock, start, stop, events } = setUp();
  start("upload", { key: "a" });
  clock.advance(100);
  start("upload", { key: "b" });
  clock.advance(100);
  stop("upload", { key: "a" });
  clock.advance(100);
  stop("upload", { key: "b" });
  stop("upload", { key: "b" });
  stop("upload");
  expect(events("action").map(({ duration }) => duration)).toEqual([200e6, 200e6]);
});

test("started again before it was stopped, the newer counts, and what begins after both belongs to neither", () => {
  const { clock, start, stop, load, events } = setUp();
  start("upload");
  clock.advance(100);
  start("upload");
  clock.advance(50);
  stop("upload");
  clock.advance(1);
  load();
  expect(events("action").map(({ duration }) => duration)).toEqual([50e6]);
  expect(events("resource")[0]?.action_id).toBeUndefined();
});

test("a page that starts and never stops costs a hundred, and the rest is counted as left out", () => {
  const { start, dropped } = setUp();
  for (let i = 0; i < 130; i++) start(`a${i}`);
  expect(dropped()).toBe(30);
});

test("a wall clock that is set back takes no time from an action", () => {
  const { clock, start, stop, events } = setUp();
  start("upload");
  clock.advance(1000);
  clock.jump(-60_000);
  clock.advance(1000);
  stop("upload");
  expect(events("action").map(({ duration }) => duration)).toEqual([2e9]);
});
