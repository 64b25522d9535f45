import "fake-indexeddb/auto";
import { createTestScope } from "@sojourn/core/test";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import type { EpochMs } from "../model/units.js";
import type { Body } from "./batch.js";
import type { Parcel } from "./parcel.js";
import { createSpool, eraseSpool } from "./spool.js";

const NAME = "_sojourn_s.shop";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

/** Lets the database do what it was asked for: its steps are tasks of the runtime, not of the fake clock. */
const turn = async () => {
  for (let i = 0; i < 400; i++) await new Promise((resolve) => setImmediate(resolve));
};

interface Given {
  tab?: string | undefined;
  /** Milliseconds that the wall clock is ahead of another page's. */
  later?: number;
}

/** A page with a spool. What it has sent is `waiting`, what it took over is there too. */
async function page(id: string, { tab, later = 0 }: Given = {}) {
  const { clock, scope, errors } = createTestScope();
  clock.jump(later);
  const waiting = new Set<Parcel>();
  const adopted: Parcel[] = [];
  const lost: number[] = [];
  const spool = createSpool({
    scope,
    name: NAME,
    own: () => ({ page: id, tab }),
    waiting: () => waiting,
    adopt(parcel) {
      adopted.push(parcel);
      waiting.add(parcel);
    },
    lost: (events) => lost.push(events),
  });
  spool.save([]);
  await turn();
  return {
    clock,
    scope,
    errors,
    spool,
    waiting,
    lost,
    adopted: () => adopted.map(({ body }) => body),
    late: () => adopted.map(({ late, events, made }) => ({ late, events, made })),
    post(body: Parcel["body"], events = 1, made = clock.wall()) {
      const parcel: Parcel = { body, events, made };
      waiting.add(parcel);
      return parcel;
    },
    async save(...drafts: string[]) {
      spool.save(drafts.map((json): Body => ({ json, events: 2 })));
      await turn();
    },
  };
}

interface Row {
  k: string;
  body?: unknown;
}

/** Everything that the browser keeps. */
async function rows(): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("bodies", { keyPath: "k" });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      const all = db.transaction("bodies").objectStore("bodies").getAll();
      all.onsuccess = () => {
        db.close();
        resolve(all.result);
      };
    };
  });
}
const bodies = async () => (await rows()).flatMap(({ body }) => body ?? []);

test("what waits and what would be sent is kept, until it was answered", async () => {
  const { save, post, waiting, errors } = await page("p1");
  post("sent");
  await save("draft");
  expect((await bodies()).sort()).toEqual(["draft", "sent"]);
  waiting.clear();
  await save("draft 2");
  expect(await bodies()).toEqual(["draft 2"]);
  await save();
  expect(await rows()).toEqual([]);
  expect(errors).toEqual([]);
});

test("what is kept already is not written again", async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  const { save, post } = await page("p1");
  const parcel = post("sent");
  await save("draft");
  await save("draft");
  const kept = () => put.mock.calls.flatMap(([row]) => row.body ?? []);
  expect(kept()).toEqual(["sent", "draft"]);
  // It was compressed meanwhile.
  parcel.body = new Uint8Array([31, 139]);
  await save("draft");
  expect(kept()).toEqual(["sent", "draft", parcel.body]);
});

test("what leaves takes the place of its draft: WebKit removes what a page that is going removes, and loses what it adds", async () => {
  const { save, post } = await page("p1");
  await save("draft 1", "draft 2");
  const removed = vi.spyOn(IDBObjectStore.prototype, "delete");
  post("leaves 1");
  post("leaves 2");
  post("leaves 3");
  await save();
  expect(removed).not.toHaveBeenCalled();
  expect(await bodies()).toEqual(["leaves 1", "leaves 2", "leaves 3"]);
});

test("where nothing is to be kept nothing is written, and no timer is set", async () => {
  const { clock, save } = await page("p1");
  const change = vi.spyOn(IDBDatabase.prototype, "transaction");
  await save();
  expect(change).not.toHaveBeenCalled();
  expect(clock.timers).toBe(0);
});

test("the next page of the tab takes over at once what the last one left, oldest first", async () => {
  const first = await page("p1", { tab: "t" });
  first.post("second", 3, 2 as EpochMs);
  first.post("first", 3, 1 as EpochMs);
  vi.spyOn(first.clock, "wall").mockReturnValue(5 as EpochMs);
  await first.save();
  // Its process is gone: nothing is said or stopped.
  const next = await page("p2", { tab: "t", later: 10 - 1_800_000_000_000 });
  expect(next.adopted()).toEqual(["first", "second"]);
  expect(next.late()).toEqual([
    { late: true, events: 3, made: 1 },
    { late: true, events: 3, made: 2 },
  ]);
  // They are the new page's own now.
  expect((await rows()).map(({ k }) => k.slice(0, 2))).toEqual(["p2", "p2", "p2"]);
  next.waiting.clear();
  await next.save();
  expect(await rows()).toEqual([]);
});

test("what another tab has is its own while it lives, and is taken over when it is gone", async () => {
  const first = await page("p1", { tab: "t1" });
  await first.save("of the first");
  const second = await page("p2", { tab: "t2" });
  expect(second.adopted()).toEqual([]);
  expect(second.clock.timers).toBe(1);
  second.clock.advance(14_999);
  await turn();
  expect(second.adopted()).toEqual([]);
  second.clock.advance(1);
  await turn();
  expect(second.adopted()).toEqual(["of the first"]);
  expect(second.late()).toMatchObject([{ late: true, events: 2 }]);
});

test("a page that lives says so as long as it has something", async () => {
  const first = await page("p1", { tab: "t1" });
  await first.save("of the first");
  for (let i = 0; i < 20; i++) {
    first.clock.advance(5000);
    await turn();
  }
  const second = await page("p2", { tab: "t2", later: 100_000 });
  second.clock.advance(14_000);
  first.clock.advance(14_000);
  await turn();
  second.clock.advance(1000);
  await turn();
  expect(second.adopted()).toEqual([]);
  // It asked once more, and does not go on asking.
  expect(second.clock.timers).toBe(0);
  // Until the first is gone.
  const third = await page("p3", { tab: "t3", later: 200_000 });
  expect(third.adopted()).toEqual(["of the first"]);
});

test("of two pages that come at the same moment one takes over", async () => {
  const first = await page("p1");
  first.post("left");
  await first.save();
  const both = await Promise.all([page("p2", { later: 60_000 }), page("p3", { later: 60_000 })]);
  expect(both.flatMap((one) => one.adopted())).toEqual(["left"]);
});

test("a frame is not the next page of its tab", async () => {
  const top = await page("p1", { tab: "t" });
  await top.save("of the page around it");
  const frame = await page("p2");
  expect(frame.adopted()).toEqual([]);
});

test("what is too old, or too much, is given up and counted", async () => {
  const first = await page("p1");
  const day = 24 * 3_600_000;
  for (let i = 0; i < 103; i++) first.post(`${i}`, 2, (first.clock.wall() + i) as EpochMs);
  first.post("old", 5, (first.clock.wall() - 14 * day) as EpochMs);
  await first.save();
  const next = await page("p2", { later: 60_000 });
  expect(next.lost).toEqual([5, 2, 2, 2]);
  // A page takes over so much that its memory holds it; the rest is the next one's.
  expect(next.adopted()).toEqual(Array.from({ length: 32 }, (_, i) => `${i + 3}`));
  expect(await bodies()).toHaveLength(100);
  next.waiting.clear();
  await next.save();
  const third = await page("p3", { later: 120_000 });
  expect(third.adopted()[0]).toBe("35");
});

test("a wall clock that was set back makes nobody gone, nor anything old", async () => {
  const first = await page("p1", { tab: "t1", later: 5000 });
  await first.save("of the first");
  const second = await page("p2", { tab: "t2" });
  expect(second.adopted()).toEqual([]);
});

test("with consent everything goes, in pages that are open too", async () => {
  const { save, clock, errors } = await page("p1");
  await save("draft");
  eraseSpool(NAME);
  await turn();
  await save("draft 2");
  clock.advance(60_000);
  await turn();
  expect(await rows()).toEqual([]);
  expect(errors).toEqual([]);
});

test("stopping closes the database and leaves what was not answered", async () => {
  const { save, scope, clock } = await page("p1");
  await save("draft");
  scope.stop();
  expect(clock.timers).toBe(0);
  await save("more");
  expect(await bodies()).toEqual(["draft"]);
});

test("a page that is stopped before the database is open leaves it as it is", async () => {
  const { scope } = createTestScope();
  const close = vi.spyOn(IDBDatabase.prototype, "close");
  const nothing = { waiting: () => [], adopt: () => {}, lost: () => {} };
  createSpool({ scope, name: NAME, own: () => ({ page: "p1", tab: undefined }), ...nothing }).save([]);
  scope.stop();
  await turn();
  expect(close).toHaveBeenCalledTimes(1);
});

test.each([
  ["is none", undefined],
  [
    "throws",
    {
      open() {
        throw new DOMException("not here", "SecurityError");
      },
    },
  ],
])("where the browser's database %s nothing is kept and nothing breaks", async (_name, replaced) => {
  vi.stubGlobal("indexedDB", replaced);
  const { save, post, errors } = await page("p1");
  post("sent");
  await save("draft");
  eraseSpool(NAME);
  expect(errors).toEqual([]);
});

test("when the browser has no room it is not asked again", async () => {
  const { save, clock, errors } = await page("p1");
  const change = vi.spyOn(IDBDatabase.prototype, "transaction");
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore) {
    this.transaction.abort();
    return undefined as unknown as IDBRequest<IDBValidKey>;
  });
  await save("draft");
  clock.advance(60_000);
  await save("draft 2");
  expect(change).toHaveBeenCalledTimes(1);
  expect(errors).toHaveLength(0);
});

test("what somebody else wrote into it costs nothing", async () => {
  const first = await page("p1");
  first.post("left");
  await first.save();
  await new Promise<void>((resolve) => {
    const request = indexedDB.open(NAME, 1);
    request.onsuccess = () => {
      const transaction = request.result.transaction("bodies", "readwrite");
      for (const row of [{ k: "a" }, { k: "b", body: 7 }, { k: "c", at: "x" }])
        transaction.objectStore("bodies").put(row);
      transaction.oncomplete = () => {
        request.result.close();
        resolve();
      };
    };
  });
  const next = await page("p2", { later: 60_000 });
  expect(next.adopted()).toContain("left");
  expect(next.errors).toEqual([]);
});
