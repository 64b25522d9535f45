// @vitest-environment happy-dom
import { chooseStore, startLifecycle } from "@sojourn/core";
import { createTestScope } from "@sojourn/core/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { observeActivity } from "./activity.js";
import { LOOK_EVERY_MS, startSession } from "./manager.js";
import { LIMITS } from "./stored.js";

/** What the session promises in one sentence each, on the real cookie of a page, with a clock that is told. */
const MINUTE = 60_000;
const cookieProperty = propertyOf(Object.getPrototypeOf(document), "cookie");
let counts = { reads: 0, writes: 0 };
let stop = () => {};

/** A property from wherever in the chain of prototypes it is. */
function propertyOf(object: object | null, name: string): PropertyDescriptor | undefined {
  if (!object) return undefined;
  return Object.getOwnPropertyDescriptor(object, name) ?? propertyOf(Object.getPrototypeOf(object), name);
}

beforeEach(() => {
  counts = { reads: 0, writes: 0 };
  Object.defineProperty(document, "cookie", {
    configurable: true,
    get() {
      counts.reads++;
      return cookieProperty?.get?.call(document);
    },
    set(value: string) {
      counts.writes++;
      cookieProperty?.set?.call(document, value);
    },
  });
});
afterEach(() => {
  stop();
  Reflect.deleteProperty(document, "cookie");
  // biome-ignore lint/suspicious/noDocumentCookie: forgets what the test left
  document.cookie = "_sojourn_s=; max-age=0; path=/";
  vi.restoreAllMocks();
});

function start() {
  const { scope, clock } = createTestScope();
  const store = chooseStore("_sojourn_s", { maxAge: LIMITS.longest / 1000 });
  const sessions = startSession({ scope, store, locks: null });
  observeActivity(scope, true, sessions.activity);
  const lifecycle = startLifecycle(scope);
  scope.add(lifecycle.visible.on(sessions.visible));
  scope.add(lifecycle.exit.on(({ seen }) => sessions.exit(seen)));
  stop = () => {
    store.erase();
    scope.stop();
  };
  const visibility = vi.spyOn(document, "visibilityState", "get");
  const turn = (state: "visible" | "hidden") => {
    visibility.mockReturnValue(state);
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const fire = (type: string) => document.body.dispatchEvent(new Event(type, { bubbles: true }));
  return { clock, sessions, turn, fire };
}

test("a UUID, created and expire are in a cookie", () => {
  start();
  expect(cookieProperty?.get?.call(document)).toMatch(
    /^_sojourn_s=id=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}&created=\d{13}&expire=\d{13}$/,
  );
});

test("fifteen minutes without activity end a session", () => {
  const { clock, sessions, fire } = start();
  clock.advance(14 * MINUTE);
  fire("click");
  clock.advance(15 * MINUTE - 1);
  expect(sessions.current()).toBeDefined();
  clock.advance(1);
  expect(sessions.current()).toBeUndefined();
});

test("four hours end a session, however busy it is", () => {
  const { clock, sessions, fire } = start();
  const first = sessions.current()?.id;
  for (let minute = 0; minute < 239; minute++) {
    clock.advance(MINUTE);
    fire("keydown");
  }
  expect(sessions.current()?.id).toBe(first);
  clock.advance(MINUTE);
  expect(sessions.current()).toBeUndefined();
});

test("access to the cookie is throttled to once a second", () => {
  const { clock, fire } = start();
  clock.advance(LOOK_EVERY_MS);
  counts = { reads: 0, writes: 0 };
  for (let i = 0; i < 99; i++) {
    fire("keydown");
    clock.advance(10);
  }
  expect(counts.reads).toBe(1);
});

test("visibilitychange renews: it extends what lives and begins anew what ended", () => {
  const { clock, sessions, turn } = start();
  const first = sessions.current();
  clock.advance(10 * MINUTE);
  turn("hidden");
  turn("visible");
  clock.advance(10 * MINUTE);
  expect(sessions.current()).toBe(first);
  clock.advance(5 * MINUTE);
  expect(sessions.current()).toBeUndefined();
  turn("hidden");
  turn("visible");
  expect(sessions.current()).toBeDefined();
  expect(sessions.current()?.id).not.toBe(first?.id);
});

test("a minute of scrolling without pause costs at most 60 reads and 5 writes, and hiding one more", () => {
  const { clock, fire, turn } = start();
  counts = { reads: 0, writes: 0 };
  for (let i = 0; i < 60 * 20; i++) {
    clock.advance(50);
    fire("wheel");
    fire("scroll");
  }
  expect(counts.reads).toBeLessThanOrEqual(60);
  expect(counts.writes).toBeLessThanOrEqual(5);
  expect(counts.writes).toBeGreaterThan(0);
  clock.advance(5000);
  fire("wheel");
  const { writes } = counts;
  turn("hidden");
  expect(counts.writes).toBe(writes + 1);
});

test("idle and visible: no write and no read; idle and hidden: neither; one timer at most", () => {
  const { clock, turn } = start();
  counts = { reads: 0, writes: 0 };
  clock.advance(10 * MINUTE);
  expect(counts).toEqual({ reads: 0, writes: 0 });
  expect(clock.timers).toBeLessThanOrEqual(1);
  turn("hidden");
  counts = { reads: 0, writes: 0 };
  clock.advance(4 * MINUTE);
  expect(counts).toEqual({ reads: 0, writes: 0 });
  expect(clock.timers).toBeLessThanOrEqual(1);
});
