// @vitest-environment happy-dom
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { requests, type ScriptRequest } from "../requests/index.js";
import { pick } from "../test/dom.js";
import { createTestSdk } from "../test/sdk.js";
import { actions, type Frustration } from "./index.js";

beforeEach(() => {
  history.replaceState({}, "", "/start");
  getSelection()?.removeAllRanges();
});

function setUp(html: string, options: Record<string, unknown> = {}) {
  pick(html);
  // Events of a test are untrusted.
  const test = createTestSdk({ options: { allowUntrustedEvents: true, ...options } });
  const { drain } = test.start(actions());
  const { started, ended } = test.sdk.share(requests);
  const { clock, sdk } = test;

  /** An event as of the fake clock. */
  function dispatch(type: string, css: string, init: PointerEventInit = {}): void {
    const event = new PointerEvent(type, { bubbles: true, composed: true, detail: 1, ...init });
    Object.defineProperty(event, "timeStamp", { value: clock.now() });
    document.querySelector(css)?.dispatchEvent(event);
  }
  return {
    ...test,
    dispatch,
    click: (css: string, init?: PointerEventInit) => dispatch("click", css, init),
    drain: (exit: boolean) => drain?.(exit),
    request(): () => void {
      const startedAt = clock.now();
      const request: ScriptRequest = { kind: "fetch", method: "GET", url: "https://a.example/", startedAt, fields: {} };
      started.emit(request);
      return () => ended.emit(request);
    },
    fail: (fields: object = {}) =>
      sdk.record({
        type: "error",
        at: clock.now(),
        fields: { error_message: "no", error_source: "source", error_handling: "unhandled", ...fields },
      }),
    /** Frustrations of the actions so far, in order. */
    types: () => test.events("action").map(({ action_frustration_types: types = [] }) => types.join(" ")),
  };
}
const BUTTON = '<button id="buy" data-here>Buy</button>';

test("a click is recorded once the page came to rest and no other click can follow it", () => {
  const { clock, click, request, events } = setUp(BUTTON);
  clock.advance(50);
  click("#buy", { clientX: 12.4, clientY: 30.6 });
  clock.advance(20);
  const answer = request();
  clock.advance(380);
  answer();
  clock.advance(600);
  expect(events("action")).toEqual([]);
  clock.advance(250);
  expect(events("action")).toMatchObject([
    {
      action_type: "click",
      action_name: "Buy",
      action_target: "#buy",
      duration: 400e6,
      action_position: { x: 12, y: 31 },
    },
  ]);
  expect(events("action")[0]?.action_frustration_types).toBeUndefined();
});

test("a page that stays busy after a click is waited for 10 seconds", () => {
  const { clock, click, request, events } = setUp(BUTTON);
  click("#buy");
  for (let i = 0; i < 220; i++) {
    clock.advance(50);
    request()();
  }
  expect(events("action")).toMatchObject([{ duration: 10e9 }]);
});

test("a click after which nothing happens is dead, and has no duration", () => {
  const { clock, click, events, types } = setUp(BUTTON);
  click("#buy");
  clock.advance(2000);
  expect(types()).toEqual(["dead_click"]);
  expect(events("action")[0]?.duration).toBeUndefined();
});

test.each<[string, () => void]>([
  ["only scrolls", () => void document.body.dispatchEvent(new Event("scroll"))],
  ["only changes a value", () => void document.body.dispatchEvent(new Event("input", { bubbles: true }))],
  ["only moves the focus", () => void document.body.dispatchEvent(new Event("focus"))],
  ["only changes the address", () => history.pushState({}, "", "/start?sort=price")],
  ["opens a window, which takes the focus", () => void window.dispatchEvent(new Event("blur"))],
  ["leaves for another document, which takes its time", () => void window.dispatchEvent(new Event("beforeunload"))],
  ["opens something with the browser's own means", () => void document.body.dispatchEvent(new Event("toggle"))],
])("a click whose handler %s is no dead click", (_name, answer) => {
  const { clock, click, types } = setUp(BUTTON);
  document.querySelector("#buy")?.addEventListener("click", answer);
  click("#buy");
  clock.advance(2000);
  expect(types()).toEqual([""]);
});

test("a page that was held up by a dialog is not dead", () => {
  const { clock, click, types, scope } = setUp(BUTTON);
  vi.spyOn(clock, "now");
  click("#buy");
  // The dialog stands for 5 s: no timer runs meanwhile.
  const now = clock.now();
  vi.mocked(clock.now).mockImplementation(() => (now + 5000) as ReturnType<typeof clock.now>);
  clock.advance(2000);
  vi.mocked(clock.now).mockRestore();
  expect(scope.stopped).toBe(false);
  expect(types()).toEqual([""]);
});

test("a text that is dragged over and thereby selected was not clicked in vain; nor is one that is let go of", () => {
  const { clock, dispatch, click, types } = setUp("<p data-here>Some words</p>");
  const select = () => getSelection()?.selectAllChildren(document.querySelector("p") as Element);
  dispatch("pointerdown", "p");
  select();
  click("p");
  clock.advance(2000);
  dispatch("pointerdown", "p");
  getSelection()?.removeAllRanges();
  click("p");
  clock.advance(2000);
  expect(types()).toEqual(["", ""]);
  dispatch("pointerdown", "p");
  click("p");
  clock.advance(2000);
  expect(types()[2]).toBe("dead_click");
});

test("three clicks in quick succession are rage: the first says so and how many they were, each is an action", () => {
  const { clock, click, request, events, types } = setUp(BUTTON);
  for (let i = 0; i < 4; i++) {
    click("#buy");
    request()();
    clock.advance(200);
  }
  clock.advance(700);
  expect(events("action")).toEqual([]);
  clock.advance(350);
  expect(types()).toEqual(["rage_click", "", "", ""]);
  expect(events("action").map((event) => event.action_click_count)).toEqual([4, undefined, undefined, undefined]);
});

test("a chain goes on as long as clicks follow each other", () => {
  const { clock, click, request, events } = setUp(BUTTON);
  for (let i = 0; i < 9; i++) {
    click("#buy");
    request()();
    clock.advance(300);
  }
  expect(events("action")).toEqual([]);
  clock.advance(1000);
  expect(events("action").map((event) => event.action_click_count)[0]).toBe(9);
});

test("three clicks in three seconds are no rage: a peer compares their times with the sign reversed", () => {
  const { clock, click, request, types } = setUp(BUTTON);
  for (let i = 0; i < 3; i++) {
    click("#buy");
    request()();
    clock.advance(950);
  }
  clock.advance(2000);
  expect(types()).toEqual(["", "", ""]);
});

test("a triple click that selects a text is neither rage nor dead", () => {
  const { clock, dispatch, click, types } = setUp("<p data-here>Some words</p>");
  for (let i = 0; i < 3; i++) {
    dispatch("pointerdown", "p");
    if (i > 0) getSelection()?.selectAllChildren(document.querySelector("p") as Element);
    click("p");
    clock.advance(150);
  }
  clock.advance(2000);
  expect(types()).toEqual(["", "", ""]);
});

test("clicks with scrolling in between, as on the arrow of a carousel, are no rage", () => {
  const { clock, click, types } = setUp(BUTTON);
  for (let i = 0; i < 5; i++) {
    click("#buy");
    document.body.dispatchEvent(new Event("scroll"));
    clock.advance(150);
  }
  clock.advance(2000);
  expect(types()).toEqual(["", "", "", "", ""]);
});

test("a number stepper that says so is neither rage nor dead", () => {
  const { clock, click, types } = setUp("<div data-sojourn-frustration><button id=more data-here>+</button></div>");
  for (let i = 0; i < 5; i++) click("#more");
  clock.advance(2000);
  expect(types()).toEqual(["", "", "", "", ""]);
});

test("what begins during a click belongs to it: errors, resources, long tasks are counted, and an error marks it", () => {
  const { clock, sdk, click, fail, request, events } = setUp(BUTTON);
  fail();
  clock.advance(10);
  click("#buy");
  clock.advance(30);
  fail();
  const answer = request();
  clock.advance(50);
  const during = clock.now();
  answer();
  clock.advance(3000);
  fail();
  const [action] = events("action");
  expect(action).toMatchObject({ action_frustration_types: ["error_click"], action_error_count: 1 });
  expect(events("error").map((error) => error.action_id)).toEqual([undefined, action?.action_id, undefined]);
  // A resource is told of late.
  sdk.record({ type: "resource", at: during, fields: { resource_url: "https://a.example/" } });
  expect(events("resource")[0]?.action_id).toBe(action?.action_id);
});

test("resources and long tasks during a click are counted", () => {
  const { clock, sdk, click, events } = setUp(BUTTON);
  click("#buy");
  clock.advance(30);
  const at = clock.now();
  for (let i = 0; i < 3; i++) sdk.record({ type: "resource", at, fields: { resource_url: "https://a.example/" } });
  const fields = { duration: 60e6, long_task_entry_type: "longtask" } as never;
  sdk.record({ type: "long_task", at, fields });
  sdk.record({ type: "vital", at, fields: { vital_name: "a" } });
  clock.advance(2000);
  expect(events("action")[0]).toMatchObject({ action_resource_count: 3, action_long_task_count: 1 });
  expect(events("vital")[0]?.action_id).toBe(events("action")[0]?.action_id);
});

test("an intervention or a deprecation belongs to a click, and marks it no more than it annoys; a violated policy does", () => {
  const { clock, click, events, fail, types } = setUp(BUTTON);
  for (const error_handling of ["handled", "unhandled"] as const) {
    click("#buy");
    const answer = fail({ error_source: "report", error_handling });
    expect(answer).toBe(true);
    document.body.append("changed");
    clock.advance(2000);
  }
  click("#buy");
  fail({ error_source: "custom", error_handling: "handled" });
  document.body.append("changed");
  clock.advance(2000);
  expect(events("action").map(({ action_error_count }) => action_error_count)).toEqual([1, 1, 1]);
  expect(types().map((type) => type.replace("dead_click", "").trim())).toEqual(["", "error_click", "error_click"]);
});

test("an error that beforeSend left out marks no click", () => {
  const beforeSend = (event: { type: string }) => event.type !== "error";
  const { clock, click, fail, request, types } = setUp(BUTTON, { beforeSend });
  click("#buy");
  request()();
  fail();
  clock.advance(2000);
  expect(types()).toEqual([""]);
});

test("the view counts the clicks that annoyed, once each, and those alone that were kept", () => {
  const beforeSend = (event: { action_name?: string }) => event.action_name !== "secret";
  const html = `${BUTTON}<button id=other>secret</button>`;
  const { clock, click, fail, request, collect } = setUp(html, { beforeSend });
  click("#buy");
  fail();
  clock.advance(2000);
  click("#buy");
  clock.advance(2000);
  click("#other");
  clock.advance(2000);
  click("#buy");
  request()();
  clock.advance(2000);
  expect(collect().at(-1)).toMatchObject({ view_action_count: 3, frustration_count: 2 });
});

test("the application is called for a click that annoys, and what it throws stays with us", () => {
  const told: Frustration[] = [];
  const onFrustration = (click: Frustration) => {
    told.push(click);
    throw new Error("the application's");
  };
  const { clock, click, request, errors, types } = setUp(BUTTON, { onFrustration });
  click("#buy");
  request()();
  clock.advance(2000);
  expect(told).toEqual([]);
  for (let i = 0; i < 3; i++) click("#buy");
  clock.advance(2000);
  expect(told[0]).toMatchObject({ types: ["rage_click", "dead_click"], name: "Buy", selector: "#buy" });
  expect(told[0]?.target).toBe(document.querySelector("#buy"));
  expect(errors).toHaveLength(3);
  expect(types()).toHaveLength(4);
});

test("at an exit clicks are recorded as far as they are known, and are never dead", () => {
  const { clock, click, drain, request, events, types } = setUp(BUTTON);
  click("#buy");
  clock.advance(500);
  click("#buy");
  request();
  clock.advance(30);
  drain(true);
  expect(types()).toEqual(["", ""]);
  expect(events("action").map(({ duration }) => duration)).toEqual([undefined, undefined]);
  clock.advance(20_000);
  expect(events("action")).toHaveLength(2);
});

test("a flush takes with it what waits: rage and death as far as they are known", () => {
  const { clock, click, drain, types } = setUp(BUTTON);
  for (let i = 0; i < 3; i++) click("#buy");
  clock.advance(150);
  click("#buy");
  drain(false);
  expect(types()).toEqual(["rage_click dead_click", "dead_click", "dead_click", ""]);
});

test("a click of before a session was renewed belongs to the session it was made in", () => {
  const { clock, sessions, click, request, sent } = setUp(BUTTON);
  const before = sessions.current();
  click("#buy");
  request()();
  clock.advance(500);
  sessions.start();
  clock.advance(2000);
  expect(sent.filter(({ event }) => event.type === "action").map(({ session }) => session)).toEqual([before]);
});

test("a tap is told from a click by the pointer, also where an engine has it only at pointerdown", () => {
  const { dispatch, click, drain, events } = setUp(BUTTON);
  click("#buy", { pointerType: "touch" });
  click("#buy", { pointerType: "mouse" });
  dispatch("pointerdown", "#buy", { pointerType: "touch" });
  const plain = new MouseEvent("click", { bubbles: true, detail: 1 });
  Object.defineProperty(plain, "pointerType", { value: undefined });
  document.querySelector("#buy")?.dispatchEvent(plain);
  // By the keyboard.
  click("#buy", { detail: 0, pointerType: "touch" });
  drain(false);
  expect(events("action").map(({ action_type }) => action_type)).toEqual(["tap", "click", "tap", "click"]);
  expect(events("action").map((event) => !!event.action_position)).toEqual([true, true, true, false]);
});

test("a form that is sent by the keyboard alone is an action; one that a click sends is not a second one", () => {
  const { clock, dispatch, click, events, types } = setUp(
    '<form id="search" aria-label="Search" data-here><input><button id="find">Find</button></form>',
  );
  dispatch("submit", "#search");
  // A document is asked for.
  window.dispatchEvent(new Event("beforeunload"));
  clock.advance(5000);
  expect(events("action")).toMatchObject([{ action_type: "submit", action_name: "Search", action_target: "#search" }]);
  click("#find");
  dispatch("submit", "#search");
  clock.advance(2000);
  expect(events("action").map(({ action_type }) => action_type)).toEqual(["submit", "click"]);
  expect(types()[0]).toBe("");
});

test("nothing runs while nobody clicks, and nothing is left behind by a stop", () => {
  const { clock, scope, click, events } = setUp(BUTTON);
  const idle = clock.timers;
  click("#buy");
  expect(clock.timers).toBeGreaterThan(idle);
  clock.advance(1500);
  expect(clock.timers).toBe(idle);
  const before = events("action").length;
  click("#buy");
  scope.stop();
  clock.advance(5000);
  expect(clock.timers).toBe(0);
  expect(events("action")).toHaveLength(before);
});

test("the handler of a click reads nothing of the page: it is named after the next paint", () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  const { clock, click } = setUp('<div><span data-here id="buy">Buy</span></div>');
  const reads = [vi.spyOn(Element.prototype, "getAttribute"), vi.spyOn(Element.prototype, "matches")];
  // This DOM itself looks for handlers in attributes.
  const read = () => reads.map(({ mock }) => mock.calls.filter(([name]) => !/^on|^id$/.test(name)).length);
  click("#buy");
  expect(read()).toEqual([0, 0]);
  for (const frame of frames) frame(0);
  expect(read()).toEqual([0, 0]);
  clock.advance(0);
  for (const count of read()) expect(count).toBeGreaterThan(0);
});
