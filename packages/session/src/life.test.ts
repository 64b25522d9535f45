import type { EpochMs, SessionId } from "@sojourn/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Life, type LifeEvent, type Look, step, WRITE_EVERY_MS } from "./life.js";
import { IDLE_MS, isAlive, LONGEST_MS, type Stored } from "./stored.js";

const T = 1_800_000_000_000;
const MINUTE = 60_000;
const ms = (value: number) => value as EpochMs;
const stored = (id: string, created: number, expire: number): Stored => ({
  id: id as SessionId,
  created: ms(created),
  expire: ms(expire),
  rest: {},
});

/** One tab and a store, driven by hand. */
function drive(initial: Stored | undefined = undefined) {
  let life: Life = { kind: "none" };
  let kept = initial;
  let now = T;
  let writes = 0;
  let minted = 0;
  const apply = (event: LifeEvent) => {
    const result = step(life, event, ms(now));
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
      return life.kind === "active" ? life.stored.id : undefined;
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
    activity: (look: Look = kept, renew = true) =>
      apply({ type: "activity", look, renew, mint: () => `new${++minted}` as SessionId }),
    confirm: () => apply({ type: "confirm", look: kept }),
    check: () => apply({ type: "check", look: kept }),
    exit: () => apply({ type: "exit", look: kept }),
    stop: () => apply({ type: "stop" }),
  };
}

test("an empty store gives one session, provisional until nobody else can have written", () => {
  const tab = drive();
  expect(tab.activity()).toMatchObject({ kind: "active", confirmed: false });
  expect(tab.kept).toBeUndefined();
  expect(tab.confirm()).toMatchObject({ kind: "active", confirmed: true });
  expect(tab.kept).toEqual(stored("new1", T, T + IDLE_MS));
});

test("a page within fifteen minutes goes on with the stored session", () => {
  const tab = drive(stored("old", T - 5 * MINUTE, T + 10 * MINUTE));
  tab.activity();
  expect(tab.id).toBe("old");
  expect(tab.life).toMatchObject({ confirmed: true, stored: { created: T - 5 * MINUTE, expire: T + IDLE_MS } });
});

test("an expired stored session is replaced", () => {
  const tab = drive(stored("old", T - 60 * MINUTE, T));
  tab.activity();
  expect(tab.id).toBe("new1");
});

test("of two provisional ids the one that was settled first stays", () => {
  const tab = drive();
  tab.activity();
  tab.kept = stored("theirs", T, T + IDLE_MS);
  tab.confirm();
  expect(tab.id).toBe("theirs");
  expect(tab.life).toMatchObject({ confirmed: true });
});

test("ends fifteen minutes after the last activity, and four hours after it began whatever happens", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(IDLE_MS - 1).check();
  expect(tab.id).toBe("new1");
  tab.wait(1).check();
  expect(tab.life.kind).toBe("expired");

  const busy = drive();
  busy.activity();
  busy.confirm();
  while (busy.now < T + LONGEST_MS - MINUTE) busy.wait(MINUTE).activity();
  expect(busy.id).toBe("new1");
  busy.wait(MINUTE).check();
  expect(busy.life.kind).toBe("expired");
  busy.activity();
  expect(busy.id).toBe("new2");
});

test("becoming visible begins a session again only where that is asked for", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(IDLE_MS).check();
  tab.activity(tab.kept, false);
  expect(tab.life.kind).toBe("expired");
  tab.activity(tab.kept, true);
  expect(tab.id).toBe("new2");
});

test("writes that only move the end are twelve seconds apart; what is pending is written at an exit", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  const before = tab.writes;
  for (let i = 0; i < 60; i++) tab.wait(1000).activity();
  expect(tab.writes - before).toBe(60_000 / WRITE_EVERY_MS);
  tab.wait(5000).activity();
  expect(tab.kept?.expire).not.toBe(tab.now + IDLE_MS);
  tab.exit();
  expect(tab.kept?.expire).toBe(tab.now + IDLE_MS);
  const after = tab.writes;
  tab.exit();
  expect(tab.writes).toBe(after);
});

test("a session that another tab keeps alive does not end here", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(IDLE_MS);
  tab.kept = stored("new1", T, tab.now + 10 * MINUTE);
  tab.check();
  expect(tab.id).toBe("new1");
});

test("another tab's new session is adopted by this tab's own activity, never a third one", () => {
  const tab = drive();
  tab.activity();
  tab.confirm();
  tab.wait(20 * MINUTE);
  tab.kept = stored("theirs", tab.now - MINUTE, tab.now + 14 * MINUTE);
  tab.activity();
  expect(tab.id).toBe("theirs");
});

test("a deleted value: the page keeps its id until it expires, writes nothing back and mints nothing", () => {
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
  tab.wait(IDLE_MS).check();
  expect(tab.life.kind).toBe("expired");
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
  expect(tab.life.kind).toBe("expired");
  expect(tab.kept && isAlive(tab.kept, ms(tab.now))).toBe(false);
});

test("unknown keys survive every rewrite", () => {
  const tab = drive({ ...stored("old", T, T + IDLE_MS), rest: { future: "x1" } });
  tab.activity();
  tab.wait(MINUTE).activity();
  expect(tab.kept?.rest).toEqual({ future: "x1" });
});

test("several tabs with any history share one session at a time, and none lives too long", () => {
  const TABS = 3;
  const move = fc.oneof(
    fc.record({ kind: fc.constant("activity" as const), tab: fc.nat(TABS - 1) }),
    fc.record({ kind: fc.constant("check" as const), tab: fc.nat(TABS - 1) }),
    fc.record({ kind: fc.constant("exit" as const), tab: fc.nat(TABS - 1) }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20 * MINUTE) }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
      const lives: Life[] = Array.from({ length: TABS }, () => ({ kind: "none" }));
      let kept: Stored | undefined;
      let now = T;
      let minted = 0;
      const apply = (tab: number, event: LifeEvent) => {
        const before = lives[tab] as Life;
        const { life, write } = step(before, event, ms(now));
        lives[tab] = life;
        if (write) kept = write;
        // The lock is free at once: nobody else writes between a provisional start and its confirmation.
        if (life.kind === "active" && !life.confirmed && event.type !== "confirm") {
          apply(tab, { type: "confirm", look: kept });
        }
      };
      for (const one of moves) {
        if (one.kind === "wait") now += one.ms;
        else if (one.kind === "activity") {
          const mint = () => `id${++minted}` as SessionId;
          apply(one.tab, { type: "activity", look: kept, renew: true, mint });
          const mine = lives[one.tab];
          // Whoever was active last is in the session that the store has.
          expect(mine?.kind === "active" && mine.stored.id).toBe(kept?.id);
        } else apply(one.tab, { type: one.kind, look: kept });

        for (const life of lives) {
          if (life.kind !== "active") continue;
          expect(life.stored.expire - life.stored.created).toBeLessThanOrEqual(LONGEST_MS);
          expect(life.stored.expire).toBeLessThanOrEqual(now + IDLE_MS);
        }
      }
    }),
    { numRuns: 300 },
  );
});
