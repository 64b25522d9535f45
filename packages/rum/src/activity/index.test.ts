// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { beforeEach, expect, test, vi } from "vitest";
import { requests, type ScriptRequest } from "../requests/index.js";
import { createTestSdk } from "../test/sdk.js";
import { activity } from "./index.js";

beforeEach(() => document.body.replaceChildren());

function setUp(options: Record<string, unknown> = {}) {
  const test = createTestSdk();
  Object.assign(test.sdk.options, { settleMs: 100, ignoreActivityOf: [], ...options });
  const { watch } = test.sdk.share(activity);
  const { started, ended } = test.sdk.share(requests);
  const { clock } = test;
  const idle = clock.timers;
  const told: [last: number | undefined, rested: boolean, answered: boolean][] = [];
  return {
    ...test,
    told,
    /** Timers beyond those that the session has. */
    timers: () => clock.timers - idle,
    watch: (path?: EventTarget[], longest = 5000) => watch(clock.now(), longest, (...all) => told.push(all), path),
    request(url: string): () => void {
      const request: ScriptRequest = { kind: "fetch", method: "GET", url, startedAt: clock.now(), fields: {} };
      started.emit(request);
      return () => ended.emit(request);
    },
    /** Lets the observers tell of what was changed. */
    async change(apply: () => void) {
      apply();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test("a page on which nothing happens is at rest after 100 ms, and nothing is running then", () => {
  const { clock, told, watch, timers } = setUp();
  watch();
  expect(timers()).toBe(1);
  clock.advance(99);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([[undefined, true, false]]);
  expect(timers()).toBe(0);
});

test("changes of elements, attributes and texts keep a page busy, and the last one is when it came to rest", async () => {
  const { clock, told, watch, change } = setUp();
  watch();
  for (const apply of [
    () => document.body.append("text"),
    () => document.body.setAttribute("class", "open"),
    () => Object.assign(document.body.firstChild ?? {}, { data: "other" }),
  ]) {
    clock.advance(60);
    await change(apply);
  }
  clock.advance(100);
  expect(told).toEqual([[180, true, false]]);
});

test("changes under data-sojourn-ignore-activity do not, but those beside them do", async () => {
  const { clock, told, watch, change } = setUp();
  document.body.innerHTML = "<div data-sojourn-ignore-activity><b>1</b></div><p></p>";
  await change(() => {});
  watch();
  clock.advance(60);
  await change(() => document.querySelector("b")?.replaceChildren("2"));
  clock.advance(40);
  expect(told).toEqual([[undefined, true, false]]);
  watch();
  clock.advance(60);
  await change(() => {
    document.querySelector("b")?.replaceChildren("3");
    document.querySelector("p")?.replaceChildren("3");
  });
  clock.advance(100);
  expect(told[1]).toEqual([160, true, false]);
});

test("changes in a shadow tree that was clicked in are seen", async () => {
  const { clock, told, watch, change } = setUp();
  const host = document.body.appendChild(document.createElement("x-menu"));
  const root = host.attachShadow({ mode: "open" });
  await change(() => {});
  watch([root, host]);
  clock.advance(50);
  await change(() => root.append("open"));
  clock.advance(100);
  expect(told).toEqual([[50, true, false]]);
});

test("an open request keeps a page busy until 100 ms after its end", () => {
  const { clock, told, watch, request } = setUp();
  watch();
  const end = request("https://a.example/api");
  clock.advance(3000);
  expect(told).toEqual([]);
  end();
  clock.advance(100);
  expect(told).toEqual([[3000, true, false]]);
});

test("a request that stays open keeps no page busy for ever", () => {
  const { clock, told, watch, request } = setUp();
  watch(undefined, 30_000);
  clock.advance(20);
  request("https://a.example/stream");
  clock.advance(10_000);
  expect(told).toEqual([[20, true, false]]);
});

test("requests that are none of the page's work do not count", () => {
  const { clock, told, watch, request } = setUp({ ignoreActivityOf: ["/poll", /\bping\b/g] });
  watch();
  request("https://a.example/poll?since=1");
  request("https://a.example/ping");
  request("https://a.example/ping");
  clock.advance(100);
  expect(told).toEqual([[undefined, true, false]]);
});

test("a page that never rests is given up", () => {
  const { clock, told, watch, request } = setUp();
  watch();
  for (let i = 0; i < 200; i++) {
    clock.advance(50);
    request(`https://a.example/${i}`)();
  }
  expect(told).toEqual([[4950, false, false]]);
});

test("scrolling, a value, the focus are answers, though no activity", () => {
  const { clock, told, watch } = setUp();
  window.dispatchEvent(new Event("focus"));
  clock.advance(1);
  watch();
  clock.advance(50);
  document.body.dispatchEvent(new Event("scroll"));
  clock.advance(50);
  watch();
  clock.advance(100);
  expect(told).toEqual([
    [undefined, true, true],
    [undefined, true, false],
  ]);
});

test("window.open is activity, and the page gets what it gets without us", () => {
  const opened = {} as Window;
  vi.spyOn(window, "open").mockReturnValue(opened);
  const { clock, told, watch, scope } = setUp();
  watch();
  clock.advance(10);
  expect(window.open("/help")).toBe(opened);
  clock.advance(100);
  expect(told).toEqual([[10, true, false]]);
  scope.stop();
});

test("another quiet time can be chosen", () => {
  const { clock, told, watch } = setUp({ settleMs: 400 });
  watch();
  clock.advance(399);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toHaveLength(1);
});

test("nobody watches: nothing is observed; a stop leaves nothing behind", () => {
  const connected = vi.spyOn(MutationObserver.prototype, "observe");
  const disconnected = vi.spyOn(MutationObserver.prototype, "disconnect");
  const { clock, told, watch, scope, timers } = setUp();
  expect(connected).not.toHaveBeenCalled();
  const [one, two] = [watch(), watch()];
  expect(connected).toHaveBeenCalledTimes(1);
  one();
  expect(disconnected).not.toHaveBeenCalled();
  two();
  clock.advance(100);
  expect(disconnected).toHaveBeenCalledTimes(1);
  expect(timers()).toBe(0);
  watch();
  scope.stop();
  expect(disconnected).toHaveBeenCalledTimes(2);
  clock.advance(1000);
  expect(told).toEqual([]);
});

test("who is told and throws starves nobody", () => {
  const { clock, told, watch, sdk, errors } = setUp();
  sdk.share(activity).watch(0 as RelativeMs, 5000, () => {
    throw new Error("mine");
  });
  watch();
  clock.advance(100);
  expect(told).toHaveLength(1);
  expect(errors).toHaveLength(1);
});
