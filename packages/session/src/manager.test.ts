// @vitest-environment happy-dom
import { memoryStore, type Store } from "@sojourn/core";
import { createTestScope } from "@sojourn/core/test";
import { expect, test } from "vitest";
import { LOOK_EVERY_MS, startSession } from "./manager.js";
import { LIMITS, parseStored } from "./stored.js";

const MINUTE = 60_000;
const { idle: IDLE } = LIMITS;

/** A store that counts. */
function countingStore() {
  const store = memoryStore();
  const counts = { reads: 0, writes: 0 };
  const counting: Store = {
    ...store,
    read() {
      counts.reads++;
      return store.read();
    },
    write(value) {
      counts.writes++;
      return store.write(value);
    },
  };
  return { store: counting, counts };
}

/** Locks that are granted when the test says so. */
function manualLocks() {
  const waiting: (() => Promise<unknown>)[] = [];
  const request = (_name: string, granted: () => Promise<unknown>) =>
    new Promise<unknown>((resolve) => {
      waiting.push(() => {
        const held = granted();
        resolve(held);
        return held;
      });
    });
  return {
    locks: { request } as unknown as LockManager,
    /** Settles when those who held the lock have let it go. */
    async grant() {
      const held = waiting.splice(0).map((granted) => granted());
      await Promise.all(held);
    },
  };
}

function start(store: Store = memoryStore(), locks: LockManager | null = null, test = createTestScope()) {
  let minted = 0;
  const sessions = startSession<string>({ scope: test.scope, store, locks, mint: () => `id${++minted}` });
  const changes: (string | undefined)[] = [];
  sessions.changed.on((session) => changes.push(session?.id));
  return { ...test, sessions, changes, store };
}

test("the session exists when start returns, and is announced to nobody", () => {
  const { sessions, changes, store } = start();
  expect(sessions.current()).toMatchObject({ id: "id1", confirmed: true });
  expect(parseStored(store.read()[0])?.id).toBe("id1");
  expect(changes).toEqual([]);
});

test("a provisional session takes the id that won, and stays the same object", async () => {
  const store = memoryStore();
  const { locks, grant } = manualLocks();
  const { sessions, clock, changes } = start(store, locks);
  const session = sessions.current();
  expect(session).toMatchObject({ id: "id1", confirmed: false });
  store.write(`id=winner&created=${clock.wall()}&expire=${clock.wall() + IDLE}`);
  await grant();
  expect(sessions.current()).toBe(session);
  expect(session).toMatchObject({ id: "winner", confirmed: true });
  expect(changes).toEqual(["winner"]);
});

test("when two tabs started at once and the other's write came last, this one takes its id and goes on", () => {
  const { sessions, clock, changes, store } = start();
  const session = sessions.current();
  if (session) session.totals.action = 3;
  clock.advance(1200);
  store.write(`id=theirs&created=${clock.wall() - 900}&expire=${clock.wall() - 900 + IDLE}`);
  sessions.activity();
  expect(sessions.current()).toBe(session);
  expect(session).toMatchObject({ id: "theirs", totals: { action: 3 } });
  expect(changes).toEqual(["theirs"]);
});

test("S9: expires after fifteen minutes without activity, in an open tab, and begins again with the next", () => {
  const { sessions, clock, changes } = start();
  const first = sessions.current();
  clock.advance(IDLE);
  expect(changes).toEqual([undefined]);
  expect(sessions.current()).toBeUndefined();
  clock.advance(MINUTE);
  sessions.activity();
  expect(changes).toEqual([undefined, "id2", "id2"]);
  expect(sessions.current()).toMatchObject({ id: "id2", confirmed: true });
  expect(first?.id).toBe("id1");
});

test("says when it began and when it ended on this document's clock", () => {
  const { sessions, clock } = start();
  const first = sessions.current();
  clock.advance(IDLE);
  clock.advance(MINUTE);
  expect(first).toMatchObject({ beganAt: 0, endedAt: IDLE });
  sessions.activity();
  expect(sessions.current()).toMatchObject({ id: "id2", beganAt: IDLE + MINUTE });
  expect(sessions.current()?.endedAt).toBeUndefined();
});

test("an activity that finds the session expired ends it where it ended, before the next begins", () => {
  const { sessions, clock, changes } = start();
  const first = sessions.current();
  // The timer has not fired: the machine slept.
  clock.jump(IDLE);
  clock.advance(1000);
  sessions.activity();
  expect(changes).toEqual([undefined, "id2", "id2"]);
  expect(first?.endedAt).toBe(0);
});

test("the input that begins a session belongs to it, though it came before its handler ran", () => {
  const { sessions, clock } = start();
  clock.advance(IDLE + MINUTE);
  const input = clock.now();
  clock.advance(300);
  sessions.activity(input);
  expect(sessions.current()?.beganAt).toBe(input);
});

test("a session that another tab's event replaces ends at once", () => {
  const { sessions, clock, changes, store } = start();
  clock.advance(MINUTE);
  store.write(`id=theirs&created=${clock.wall()}&expire=${clock.wall() + IDLE}`);
  window.dispatchEvent(new StorageEvent("storage", { key: "other" }));
  expect(changes).toEqual([]);
  window.dispatchEvent(new StorageEvent("storage", { key: "_sojourn_s" }));
  expect(changes).toEqual([undefined]);
  sessions.activity();
  expect(sessions.current()?.id).toBe("theirs");
});

test("S27: of several values the one that was written last counts", () => {
  const { clock } = createTestScope();
  const values = [0, 5, 2].map(
    (minute) => `id=v${minute}&created=${clock.wall()}&expire=${clock.wall() + IDLE - (10 - minute) * MINUTE}`,
  );
  const { sessions } = start({ ...memoryStore(), read: () => values });
  expect(sessions.current()?.id).toBe("v5");
});

test("after a sleep without timers the first question ends the session", () => {
  const { sessions, clock, changes } = start();
  clock.jump(IDLE);
  expect(sessions.current()).toBeUndefined();
  expect(changes).toEqual([undefined]);
});

test("the store is looked at once a second at most, and not at all when nothing happens", () => {
  const { store, counts } = countingStore();
  const { sessions, clock } = start(store);
  clock.advance(5000);
  counts.reads = 0;
  for (let i = 0; i < 100; i++) {
    sessions.activity();
    clock.advance(99);
  }
  expect(counts.reads).toBeLessThanOrEqual(Math.ceil((100 * 99) / LOOK_EVERY_MS) + 1);
  expect(counts.reads).toBeGreaterThanOrEqual(9);
  counts.reads = counts.writes = 0;
  clock.advance(10 * MINUTE);
  expect(counts).toEqual({ reads: 0, writes: 0 });
});

test("one minute of continuous activity costs five writes", () => {
  const { store, counts } = countingStore();
  const { sessions, clock } = start(store);
  counts.writes = 0;
  for (let i = 0; i < 600; i++) {
    clock.advance(100);
    sessions.activity();
  }
  expect(counts.writes).toBe(5);
});

test("two pages of one store are one session", () => {
  const store = memoryStore();
  const shared = createTestScope();
  const one = start(store, null, shared);
  const two = start(store, null, shared);
  expect(two.sessions.current()?.id).toBe(one.sessions.current()?.id);
});

test("time lived in counts until hidden, not until the tab is frozen or thrown away", () => {
  const { sessions, clock } = start();
  const session = sessions.current();
  const began = clock.wall();
  clock.advance(MINUTE);
  sessions.exit(true);
  expect(session?.activeUntil).toBe(began + MINUTE);
  clock.advance(MINUTE);
  sessions.exit(false);
  expect(session?.activeUntil).toBe(began + MINUTE);
  clock.advance(IDLE);
  sessions.exit(true);
  expect(session?.activeUntil).toBe(began + MINUTE);
});

test("S11, S12: ending is seen at once, nothing pending brings it back, and the next activity begins another session", () => {
  const { sessions, changes, clock } = start();
  sessions.activity();
  sessions.end();
  expect(sessions.current()).toBeUndefined();
  // An activity from before was within the second that is not looked at; nothing of it comes later.
  clock.advance(MINUTE);
  expect(sessions.current()).toBeUndefined();
  sessions.activity();
  expect(sessions.current()?.id).toBe("id2");
  expect(changes).toEqual([undefined, "id2", "id2"]);
});

test("S20: stopping leaves no timer behind", () => {
  const { scope, clock } = start();
  scope.stop();
  expect(clock.timers).toBe(0);
});
