// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { isSampled } from "@sojourn/core";
import { expect, test, vi } from "vitest";
import { createTestSdk } from "./test/sdk.js";

/** Ids of which the first rate takes none and the second all, or none of both. */
const idWith = (rate: number, taken: boolean): string => {
  for (let i = 0; ; i++) if (isSampled(`id-${i}`, rate) === taken) return `id-${i}`;
};

function setUp(given: Parameters<typeof createTestSdk>[0] = {}) {
  const test = createTestSdk(given);
  const { clock, pipeline, sent, who } = test;
  const error = (text = "e", at = clock.now()) =>
    pipeline.record({
      type: "error",
      at,
      fields: { error_message: text, error_source: "custom", error_handling: "handled" },
    });
  const action = (name: string) =>
    pipeline.record({
      type: "action",
      at: clock.now(),
      fields: { action_id: "a", action_type: "custom", action_name: name },
    });
  const names = () => sent.map(({ event }) => ("action_name" in event ? event.action_name : event.type));
  const user = (user_id?: string) => {
    who.current = user_id ? { user_id } : {};
  };
  const timing = (name: string) => test.calls.addTiming(clock.now(), name);
  return { ...test, error, action, names, user, timing };
}

test("the five counters count what was kept, in the session that every body carries and in the view", () => {
  const { sessions, views, error, action, collect, timing } = setUp();
  error();
  action("a");
  action("b");
  collect();
  timing("again");
  collect();
  expect(sessions.current()?.totals).toMatchObject({ view: 1, error: 1, action: 2 });
  expect(views.current()?.counts).toMatchObject({ error: 1, action: 2 });
});

test("beforeSend may change and drop, but no view; what it drops is not counted and leaves no gap in the numbers", () => {
  const beforeSend = (event: { type: string; action_name?: string }) => {
    if (event.type === "view" || event.action_name === "drop") return false;
    if (event.type === "action") event.action_name = "changed";
    return true;
  };
  const { sessions, sent, action, collect, names } = setUp({ options: { beforeSend } });
  action("drop");
  action("keep");
  collect();
  expect(names()).toEqual(["changed", "view"]);
  expect(sent.map(({ event }) => event.seq)).toEqual([1, 2]);
  expect(sessions.current()?.totals.action).toBe(1);
});

test("what beforeSend throws is said once, and no event is lost by it", () => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { names, action } = setUp({
    options: {
      beforeSend() {
        throw new Error("theirs");
      },
    },
  });
  for (const name of ["a", "b", "c"]) action(name);
  expect(names()).toEqual(["a", "b", "c"]);
  expect(said).toHaveBeenCalledTimes(1);
});

test("an unsampled session sends nothing and counts nothing", () => {
  const { sent, error, collect, sessions } = setUp({ options: { sessionSampleRate: 50 }, id: idWith(50, false) });
  error();
  collect();
  expect(sent).toEqual([]);
  expect(sessions.current()?.totals.error).toBe(0);
});

test("an error session sends what came before its error, the error, and everything after", () => {
  const { names, sent, action, error, collect, sessions, store } = setUp({
    options: { sessionSampleRate: 0, sessionOnErrorSampleRate: 100 },
  });
  action("before");
  collect();
  expect(sent).toEqual([]);
  expect(sessions.current()?.totals.action).toBe(0);
  error();
  action("after");
  collect();
  expect(names()).toEqual(["before", "error", "after", "view"]);
  expect(sent.map(({ event }) => event.seq)).toEqual([1, 2, 3, 4]);
  expect(sessions.current()?.totals).toMatchObject({ action: 2, error: 1 });
  // Other tabs and the next page learn it from the store.
  expect(store.read()[0]).toContain("err=1");
});

test("an error that another tab had brings this one in too", () => {
  const { names, action, sessions } = setUp({ options: { sessionSampleRate: 0, sessionOnErrorSampleRate: 100 } });
  action("waits");
  sessions.note("err", "1");
  action("next");
  expect(names()).toEqual(["waits", "next"]);
});

test("the ring before an error is bounded, and what it lost is neither counted nor numbered", () => {
  const { sent, action, error, sessions } = setUp({ options: { sessionSampleRate: 0, sessionOnErrorSampleRate: 100 } });
  for (let i = 0; i < 1000; i++) action(`${i}`);
  error();
  expect(sent).toHaveLength(201);
  expect(sent.at(-1)?.event.seq).toBe(201);
  expect(sessions.current()?.totals.action).toBe(200);
});

test("what waited in a session that ended undecided takes no room from the next one's", () => {
  const { names, action, error, sessions, views } = setUp({
    options: { sessionSampleRate: 0, sessionOnErrorSampleRate: 100 },
  });
  for (let i = 0; i < 200; i++) action("old");
  sessions.start();
  action("new");
  error();
  expect(names()).toEqual(["new", "error"]);
  expect(views.current()?.drops).toEqual({});
});

test("before consent nothing is sent or counted; granted, it is sent in its order", () => {
  const { names, action, grant, sessions, collect } = setUp({ granted: false });
  action("a");
  collect();
  expect(names()).toEqual([]);
  sessions.grant();
  grant();
  action("b");
  collect();
  expect(names()).toEqual(["a", "b", "view"]);
});

test("an event that JSON cannot carry costs only itself, and no number", () => {
  const { sent, action, pipeline, clock, sessions, refuse } = setUp();
  refuse("unwritable");
  action("unwritable");
  action("next");
  expect(sent.map(({ event }) => event.seq)).toEqual([1]);
  expect(sessions.current()?.totals.action).toBe(1);
  expect(pipeline.record({ type: "vital", at: clock.now(), fields: { vital_name: "v" } })).toBe(true);
});

test("a view stays its user's when somebody else, or nobody, is there afterwards", () => {
  const { sent, user, sessions, collect, timing } = setUp();
  user("alice");
  collect();
  user();
  timing("signed out");
  collect();
  user("alice");
  collect();
  // As `setUser` does with rotateOnUserChange: the session first, then the user.
  sessions.start();
  user("bob");
  collect();
  expect(sent.filter(({ event }) => event.type === "view").map(({ user }) => user.user_id)).toEqual([
    "alice",
    "alice",
    "alice",
    "bob",
  ]);
});

test("what the page did before the measurement began is nobody's", () => {
  const { sent, error } = setUp({ since: 1000 });
  expect(error("before", 999 as RelativeMs)).toBe(false);
  expect(sent).toEqual([]);
});

test("views that wait for consent are bounded, and those of a session that ended undecided are forgotten", () => {
  const pending = setUp({ granted: false });
  for (let i = 0; i < 500; i++) pending.calls.startView(pending.clock.now(), `v${i}`);
  pending.sessions.grant();
  pending.grant();
  pending.collect();
  expect(pending.sent).toHaveLength(100);
  // Those that are left say how many are not.
  expect(pending.sent.reduce((sum, { view }) => sum + (view.drops.views ?? 0), 0)).toBe(401);

  const undecided = setUp({ options: { sessionSampleRate: 0, sessionOnErrorSampleRate: 100 } });
  undecided.collect();
  undecided.sessions.end();
  undecided.collect();
  undecided.sessions.activity();
  undecided.error();
  undecided.collect();
  expect(undecided.names()).toEqual(["error", "view"]);
});

test("S9: an event of a time without a session is kept by none", () => {
  const { clock, sent, error, sessions } = setUp();
  sessions.end();
  clock.advance(10);
  expect(error("between")).toBe(false);
  sessions.activity();
  expect(error("late", (clock.now() - 5) as RelativeMs)).toBe(false);
  expect(sent).toEqual([]);
});

test("S23: a late event that began before the session ended belongs to it", () => {
  const { clock, sent, error, sessions } = setUp();
  const first = sessions.current();
  clock.advance(10);
  const began = clock.now();
  clock.advance(10);
  sessions.end();
  sessions.activity();
  error("late", began);
  expect(sent[0]?.session).toBe(first);
});

test("each event has who was there then, as the same object for the same people", () => {
  const { sent, action, user } = setUp();
  action("nobody");
  user("u1");
  action("somebody");
  action("somebody again");
  expect(sent.map(({ user }) => user)).toEqual([{}, { user_id: "u1" }, { user_id: "u1" }]);
  expect(sent[1]?.user).toBe(sent[2]?.user);
});

test("with a rate, events wait until the id is final: another id may be decided otherwise", async () => {
  let grant = async () => {};
  const request = (_name: string, granted: () => Promise<void>) =>
    new Promise<void>((resolve) => {
      grant = async () => resolve(await granted());
    });
  const winner = idWith(50, false);
  const { sent, action, store, clock } = setUp({
    options: { sessionSampleRate: 50 },
    id: idWith(50, true),
    locks: { request } as unknown as LockManager,
  });
  action("early");
  expect(sent).toEqual([]);
  store.write(`id=${winner}&created=${clock.wall()}&expire=${clock.wall() + 900_000}&rate=50`);
  await grant();
  action("later");
  expect(sent).toEqual([]);
});
