// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { longTasks } from "./index.js";

/** The browser makes these entries; a test can only say what one looks like. */
function setUp(type: "long-animation-frame" | "longtask") {
  let deliver = (_entries: object[]) => {};
  const held: object[] = [];
  class Observer {
    static readonly supportedEntryTypes = [type];
    constructor(callback: (list: { getEntries(): object[] }) => void) {
      deliver = (entries) => callback({ getEntries: () => entries });
    }
    observe() {}
    disconnect() {}
    takeRecords = () => held.splice(0);
  }
  vi.stubGlobal("PerformanceObserver", Observer);
  const sdk = createTestSdk();
  const { drain } = sdk.start(longTasks());
  vi.unstubAllGlobals();
  return { ...sdk, deliver, held, exit: () => drain?.(true), tasks: () => sdk.events("long_task") };
}

const script = (more: object = {}) => ({
  startTime: 110,
  duration: 50,
  sourceURL: "https://shop.example/app.js?token=secret",
  sourceFunctionName: "onClick",
  sourceCharPosition: 1234,
  invoker: "BUTTON#buy.onclick",
  invokerType: "event-listener",
  forcedStyleAndLayoutDuration: 4,
  pauseDuration: 0,
  ...more,
});
const frame = (more: object = {}) => ({
  startTime: 100,
  duration: 80,
  blockingDuration: 30,
  renderStart: 160,
  styleAndLayoutStart: 170,
  firstUIEventTimestamp: 105,
  scripts: [script()],
  ...more,
});

test("a long animation frame says when it rendered, and which scripts made it long", () => {
  const { deliver, tasks } = setUp("long-animation-frame");
  deliver([frame()]);
  expect(tasks()).toMatchObject([
    {
      duration: 80e6,
      long_task_entry_type: "long-animation-frame",
      blocking_duration: 30e6,
      render_start: 60e6,
      style_and_layout_start: 70e6,
      first_ui_event: 5e6,
      scripts: [
        {
          url: "https://shop.example/app.js?token=REDACTED",
          function: "onClick",
          position: 1234,
          invoker: "BUTTON#buy.onclick",
          invoker_type: "event-listener",
          start: 10e6,
          duration: 50e6,
          forced_layout: 4e6,
          pause: 0,
        },
      ],
    },
  ]);
});

test("a frame that rendered nothing and took no event has no such moments", () => {
  const { deliver, tasks } = setUp("long-animation-frame");
  deliver([frame({ renderStart: 0, styleAndLayoutStart: 0, firstUIEventTimestamp: 0, scripts: [] })]);
  expect(tasks()[0]).not.toHaveProperty("scripts.0");
  expect([tasks()[0]?.render_start, tasks()[0]?.style_and_layout_start, tasks()[0]?.first_ui_event]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("no time is negative, whatever the browser says: an event may have waited since before the frame", () => {
  const { deliver, tasks } = setUp("long-animation-frame");
  deliver([
    frame({
      blockingDuration: -1,
      firstUIEventTimestamp: 90,
      renderStart: Number.NaN,
      scripts: [script({ startTime: 90, duration: -5, sourceCharPosition: -1 })],
    }),
  ]);
  expect(tasks()).toMatchObject([{ blocking_duration: 0, first_ui_event: 0, scripts: [{ start: 0, duration: 0 }] }]);
  expect(JSON.stringify(tasks()[0]?.scripts)).not.toContain("position");
});

test("the five longest scripts are kept, within bounds, without secrets in what invoked them", () => {
  const { deliver, tasks } = setUp("long-animation-frame");
  const scripts = Array.from({ length: 20 }, (_, i) =>
    script({
      duration: i,
      sourceURL: `https://shop.example/${"ä".repeat(5000)}`,
      sourceFunctionName: "ä".repeat(5000),
      invoker: `IMG[src=https://me:pw@cdn.example/a.png?sig=secret${i}&${"b".repeat(5000)}].onload`,
    }),
  );
  deliver([frame({ scripts })]);
  const kept = tasks()[0]?.scripts as { duration: number; invoker: string }[];
  expect(kept.map(({ duration }) => duration / 1e6)).toEqual([19, 18, 17, 16, 15]);
  expect(JSON.stringify(kept)).not.toMatch(/secret|me:pw/);
  expect(kept[0]?.invoker).toBe("IMG.onload");
});

test.each([
  ["DIV#customer-jane-doe-4711.onclick", "DIV.onclick"],
  ["DIV#a.b.onclick", "DIV.onclick"],
  ["DIV#jane@mail.example.onclick", "DIV.onclick"],
  ["IMG[src=/people/jane.png].onload", "IMG.onload"],
  ["IMG[src=data:image/svg+xml,<b.on id='x'\n>].onload", "IMG.onload"],
  ["shop-cart#add-item.onclick", "shop-cart#add-item.onclick"],
  ["DOMWindow.onscroll", "DOMWindow.onscroll"],
  ["TimerHandler:setTimeout", "TimerHandler:setTimeout"],
  ["https://shop.example/app.js", "https://shop.example/app.js"],
])("what invoked a script tells of an element no more than a selector does: %s is %s", (invoker, kept) => {
  const { deliver, tasks } = setUp("long-animation-frame");
  deliver([frame({ scripts: [script({ invoker })] })]);
  expect(tasks()).toMatchObject([{ scripts: [{ invoker: kept }] }]);
});

test("a frame belongs to the view in which it began, however late it is told", () => {
  const { deliver, tasks, sent, clock, views } = setUp("long-animation-frame");
  const first = views.current();
  clock.advance(150);
  views.start("next", {}, clock.now());
  clock.advance(100);
  deliver([frame()]);
  expect(tasks()).toHaveLength(1);
  expect(sent[0]?.view).toBe(first);
});

test("elsewhere long tasks are observed, which tell their duration", () => {
  const { deliver, tasks } = setUp("longtask");
  deliver([{ startTime: 100, duration: 80 }]);
  expect(tasks()).toMatchObject([{ duration: 80e6, long_task_entry_type: "longtask" }]);
  expect(JSON.stringify(tasks())).not.toMatch(/blocking|render|script/);
});

test("what the browser still holds back at an exit leaves with the page", () => {
  const { held, exit, tasks } = setUp("longtask");
  held.push({ startTime: 100, duration: 80 });
  expect(tasks()).toEqual([]);
  exit();
  expect(tasks()).toMatchObject([{ duration: 80e6 }]);
});
