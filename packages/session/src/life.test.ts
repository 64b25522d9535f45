import type { EpochMs, RelativeMs, SessionId } from "@sojourn/core";
import { expect, test } from "vitest";
import { type Life, type LifeEvent, type Look, ONE_START_MS, step, WRITE_EVERY_MS } from "./life.js";
import { isAlive, LIMITS, type Stored } from "./stored.js";

const T = 1_800_000_000_000;
const MINUTE = 60_000;
const { idle: IDLE, longest: LONGEST } = LIMITS;
const ms = (value: number) => value as EpochMs;
const stored = (id: string, created: number, expire: number): Stored => ({
  id: id as SessionId,
  created: ms(created),
  expire: ms(expire),
  rest: {},
});

/** One tab and a store, driven by hand. */
function drive(initial: Stored | undefined = undefined) {
  let life: Life;
  let kept = initial;
  let now = T;
  /** Wall clock minus what really passed. */
  let shift = 0;
  let writes = 0;
  let minted = 0;
  const apply = (event: LifeEvent) => {
    const result = step(life, event, { wall: ms(Math.floor(now + shift)), mono: (now - T) as RelativeMs }, LIMITS);
    life = result.life;
    if (result.write) {
      kept = result.write;
      writes++;
    }
    return life;
  };
  return {
    get life() {
      return life;
    },
    get id() {
      return life?.stored.id;
    },
    get kept() {
      return kept;
    },
    set kept(value: Stored | undefined) {
      kept = value;
    },
    get writes() {
      return writes;
    },
    get now() {
      return now;
    },
    wait(time: number) {
      now += time;
      return this;
    },
    jump(time: number) {
      shift += time;
      return this;
    },
    start: () => apply({ type: "start", mint: () => `forced${++minted}` as SessionId, share: true }),
    note: (word: string) => apply({ type: "note", look: kept, rest: { word } }),
    activity: (look: Look = kept, renew = true) =>
      apply({ type: "activity", look, renew, mint: () => `new${++minted}` as SessionId }),
    confirm: () => apply({ type: "confirm", look: kept }),
    check: () => apply({ type: "check", look: kept }),
    exit: () => apply({ type: "exit", look: kept }),
    stop: () => apply({ type: "stop", look: kept }),
  };
}

test("S4: an empty store gives one session, provisional until nobody else can have written", () => {
  const tab = drive();
  expect(tab.activity()).toMatchObject({ stored: { id: "new1" } });
  expect(tab.kept).toBeUndefined();
  tab.confirm();
  expect(tab.kept).toEqual(stored("new1", T, T + IDLE));
});

test("S5: a page within fifteen minutes goes on with the stored session", () => {
  const tab = drive(stored("old", T - 5 * MINUTE, T + 10 * MINUTE));
  tab.activity();
  expect(tab.id).toBe("old");
  expect(tab.life).toMatchObject({ written: { id: "old" }, stored: { created: T - 5 * MINUTE, expire: T + IDLE } });
});

test("an expired stored session is replaced", () => {
  const tab = drive(stored("old", T - 60 * MINUTE, T));
  tab.activity();
  expect(tab.id).toBe("new1");
});

test("S15: of two provisional ids the one that was settled first stays", () => {
  const tab = drive();
  tab.activity();
  tab.kept = stored("theirs", T, T + IDLE);
  tab.confirm();
  expect(tab.id).toBe("theirs");
  expect(tab.life).toMatchObject({ written: { id: "theirs" } });
});

test("S6: ends fifteen minutes after the last activity, and four hours after it began whatever happens", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(IDLE - 1).check();
  expect(tab.id).toBe("new1");
  tab.wait(1).check();
  expect(tab.life).toBeUndefined();

  const busy = drive();
  busy.activity();
  busy.confirm();
  while (busy.now < T + LONGEST - MINUTE) busy.wait(MINUTE).activity();
  expect(busy.id).toBe("new1");
  busy.wait(MINUTE).check();
  expect(busy.life).toBeUndefined();
  busy.activity();
  expect(busy.id).toBe("new2");
});

test("S10: becoming visible begins a session again only where that is asked for", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(IDLE).check();
  tab.activity(tab.kept, false);
  expect(tab.life).toBeUndefined();
  tab.activity(tab.kept, true);
  expect(tab.id).toBe("new2");
});

test("S19: writes that only move the end are twelve seconds apart; what is pending is written at an exit", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  const before = tab.writes;
  for (let i = 0; i < 60; i++) tab.wait(1000).activity();
  expect(tab.writes - before).toBe(60_000 / WRITE_EVERY_MS);
  tab.wait(5000).activity();
  expect(tab.kept?.expire).not.toBe(tab.now + IDLE);
  tab.exit();
  expect(tab.kept?.expire).toBe(tab.now + IDLE);
  const after = tab.writes;
  tab.exit();
  expect(tab.writes).toBe(after);
});

test("what is written at an exit can be read, though the page's clock has fractions of a millisecond", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(1000.6).activity();
  tab.wait(0.3).exit();
  expect(tab.kept?.expire).toBeGreaterThan(T + IDLE);
  expect(Number.isSafeInteger(tab.kept?.expire)).toBe(true);
});

test("a session that another tab keeps alive does not end here", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(IDLE);
  tab.kept = stored("new1", T, tab.now + 10 * MINUTE);
  tab.check();
  expect(tab.id).toBe("new1");
});

test("S14: another tab's new session is adopted by this tab's own activity, never a third one", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(20 * MINUTE);
  tab.kept = stored("theirs", tab.now - MINUTE, tab.now + 14 * MINUTE);
  tab.activity();
  expect(tab.id).toBe("theirs");
});

test("S13: a deleted value: the page keeps its id until it expires, writes nothing back and mints nothing", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.kept = undefined;
  const before = tab.writes;
  for (let i = 0; i < 100; i++) {
    tab.wait(10_000).activity();
    tab.exit();
  }
  expect(tab.id).toBe("new1");
  expect(tab.writes).toBe(before);
  expect(tab.kept).toBeUndefined();
  tab.wait(IDLE).check();
  expect(tab.life).toBeUndefined();
});

test("a page left before its id was confirmed still hands it to the next one", () => {
  const tab = drive();
  tab.activity();
  tab.exit();
  expect(tab.kept?.id).toBe("new1");
});

test("stopping ends the session in the store too", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(MINUTE).stop();
  expect(tab.life).toBeUndefined();
  expect(tab.kept && isAlive(tab.kept, ms(tab.now), LIMITS)).toBe(false);
});

test("unknown keys survive every rewrite", () => {
  const tab = drive({ ...stored("old", T, T + IDLE), rest: { future: "x1" } });
  tab.activity();
  tab.wait(MINUTE).activity();
  expect(tab.kept?.rest).toEqual({ future: "x1" });
});

test("S8: a wall clock set back makes nothing longer, neither the idle time nor the whole", () => {
  const idle = drive();
  idle.activity();
  idle.confirm();
  idle
    .jump(-60 * MINUTE)
    .wait(IDLE - 1)
    .check();
  expect(idle.id).toBe("new1");
  idle.wait(1).check();
  expect(idle.life).toBeUndefined();

  const busy = drive();
  busy.activity();
  busy.confirm();
  busy.jump(-60 * MINUTE);
  while (busy.now < T + LONGEST - MINUTE) busy.wait(MINUTE).activity();
  expect(busy.id).toBe("new1");
  busy.wait(MINUTE).check();
  expect(busy.life).toBeUndefined();
});

test("S8: a wall clock set back does not end what is alive, and other tabs hear of the new end", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab
    .wait(MINUTE)
    .jump(-60 * MINUTE)
    .activity();
  expect(tab.id).toBe("new1");
  expect(tab.kept?.expire).toBe(tab.now - 60 * MINUTE + IDLE);
});

test("S8: a wall clock set forward beyond the end ends the session", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.jump(60 * MINUTE).check();
  expect(tab.life).toBeUndefined();
});

test("S15: what began at the same moment elsewhere, and was written over ours, is the same start", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(800);
  tab.kept = stored("theirs", tab.now - 300, tab.now - 300 + IDLE);
  expect(tab.check()).toMatchObject({ written: { id: "theirs" }, stored: { id: "theirs" } });
});

test("S14: another tab's session ends this one's at once and is not adopted before this tab's own activity", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(ONE_START_MS);
  tab.kept = stored("theirs", tab.now, tab.now + IDLE);
  tab.check();
  expect(tab.life).toBeUndefined();
  tab.check();
  expect(tab.life).toBeUndefined();
  tab.activity();
  expect(tab.id).toBe("theirs");
});

test("an activity that was not worth a write yet keeps the session alive beyond the end that is stored", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(10 * MINUTE).activity("not looked");
  tab.wait(6 * MINUTE).check();
  expect(tab.id).toBe("new1");
  tab.wait(9 * MINUTE).check();
  expect(tab.life).toBeUndefined();
});

test("a session that another tab ended is over here too", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.kept = stored("new1", T, tab.now);
  tab.check();
  expect(tab.life).toBeUndefined();
});

test("S13: a deletion that is seen at once is no reason to write either", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  const before = tab.writes;
  tab.kept = undefined;
  tab.check();
  tab.wait(5 * MINUTE).activity("not looked");
  tab.exit();
  expect([tab.id, tab.writes - before]).toEqual(["new1", 0]);
});

test("a session that the application began is the next one for the other tabs, however soon it comes", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  const other = drive(tab.kept);
  other.activity();
  other.wait(100).start();
  tab.kept = other.kept;
  tab.wait(100).check();
  expect(tab.life).toBeUndefined();
  tab.activity();
  expect(tab.id).toBe(other.id);
});

test("a forced start replaces what is alive, here and in the store", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(MINUTE).start();
  expect(tab.id).toBe("forced2");
  expect(tab.kept).toMatchObject({ id: "forced2", created: tab.now });
});

test("a note stays with the session, through every later write and in other tabs", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.note("error");
  expect(tab.kept?.rest).toEqual({ word: "error" });
  tab.wait(MINUTE).activity();
  expect(tab.kept?.rest).toEqual({ word: "error" });

  const other = drive(tab.kept);
  other.activity();
  expect(other.life).toMatchObject({ stored: { rest: { word: "error" } } });
});

test("a note made before the id was confirmed is written with it", () => {
  const tab = drive();
  tab.activity();
  tab.note("error");
  expect(tab.kept).toBeUndefined();
  tab.confirm();
  expect(tab.kept?.rest).toEqual({ word: "error" });
});

test("a note of another tab is taken over", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.kept = { ...stored("new1", T, T + IDLE), rest: { word: "error" } };
  tab.check();
  expect(tab.life).toMatchObject({ stored: { rest: { word: "error" } } });
});
