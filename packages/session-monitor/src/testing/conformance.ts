import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aggregate } from "../aggregate/index.js";
import type { Dimension } from "../aggregate/measures.js";
import { rollUp, rollupRows, SLOT_MS } from "../aggregate/rollup.js";
import { toDocument } from "../model/document.js";
import { alive, closed, type Facts, identified, join, type Opening, opened } from "../model/facts.js";
import type { SessionStore } from "../stores/store.js";
import { events } from "./events.js";
import { DAY, people, START } from "./people.js";

export interface TestClock {
  now: number;
}

/** What every store must do. `open` gives an empty store whose leases go by this clock. */
export function describeStore(name: string, open: (clock: TestClock) => Promise<SessionStore>): void {
  describe(name, () => {
    const clock: TestClock = { now: 0 };
    let store: SessionStore;
    beforeEach(async () => {
      clock.now = 1_000_000;
      store = await open(clock);
    });
    afterEach(() => store.close());

    const at = (at: number, more: Partial<Opening> = {}): Opening => ({
      at,
      transport: "websocket",
      client: {},
      ...more,
    });
    const ids = (found: readonly Facts[]) => found.map(({ sessionId }) => sessionId);
    const everything = async (from: number, to: number) => {
      const all: Facts[] = [];
      for await (const page of store.overlapping(from, to)) all.push(...page);
      return all;
    };

    test("remembers moments by name, beside what is its own", async () => {
      expect(await store.readMark("version")).toBe(0);
      await store.writeMark("version", 5);
      await store.writeMark("version", 3);
      expect([await store.readMark("version"), await store.readMark("other"), await store.watermark()]).toEqual([
        3, 0, 0,
      ]);
    });

    test("gives back everything that was seen", async () => {
      const facts = join(
        opened("i1", "s1", {
          at: 1000,
          transport: "websocket",
          host: "chat.example",
          ip: "203.0.113.0",
          country: "BR",
          client: {
            browser: { name: "Chrome", version: "67.0.3396.99", major: "67" },
            engine: { name: "WebKit", version: "537.36" },
            os: { name: "iOS", version: "12.0" },
            device: { type: "mobile", vendor: "Apple", model: "iPhone", bitness: "64" },
            app: { name: "RC Mobile", version: "3.0.0", bundle: "196" },
          },
          bot: true,
          synthetic: true,
          previousId: "i0",
        }),
        identified("i1", "s1", { at: 1005, userId: "ann", guid: "g1", impersonated: true }),
      );
      await store.merge([facts]);
      expect(await store.get("i1", "s1")).toEqual(facts);
      expect(await store.get("i2", "s1")).toBeUndefined();
    });

    test("keeps whatever text it is given, and takes none for a command", async () => {
      const userId = `'; DROP TABLE monitor_connections; -- "\\ ñ 🙂`;
      await store.merge([opened("i1", "s1", at(1000)), identified("i1", "s1", { at: 1001, userId })]);
      expect((await store.get("i1", "s1"))?.identity).toEqual([{ at: 1001, userId }]);
      expect(ids(await store.list({ userId, limit: 10 }))).toEqual(["s1"]);
    });

    test("events give the same document in any order and any batches", async () => {
      let run = 0;
      const histories = events().chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.integer({ min: 1, max: 4 })),
      );
      await fc.assert(
        fc.asyncProperty(histories, async ([all, shuffled, size]) => {
          run += 1;
          const renamed = shuffled.map((facts) => ({ ...facts, sessionId: `s${run}` }));
          for (let from = 0; from < renamed.length; from += size) await store.merge(renamed.slice(from, from + size));
          const expected = { ...toDocument(all.reduce(join)), sessionId: `s${run}` };
          const found = await store.get("i1", `s${run}`);
          expect(found && toDocument(found)).toEqual(expected);
        }),
        { numRuns: 60 },
      );
    });

    test("two instances may have a connection of the same name", async () => {
      await store.merge([opened("i1", "s1", at(1000)), opened("i2", "s1", at(2000))]);
      await store.merge([closed("i2", "s1", 2500, "client")]);
      expect((await store.get("i1", "s1"))?.closed).toBeUndefined();
      expect((await store.get("i2", "s1"))?.closed).toEqual({ at: 2500, reason: "client" });
    });

    test("a beat moves the last activity of open connections forward, never back", async () => {
      await store.merge(["s1", "s2", "s3"].map((id) => opened("i1", id, at(1000))));
      await store.merge([closed("i1", "s3", 1500, "client")]);
      expect(await store.beat("i1", ["s1", "s3", "unknown"], 2000)).toBe(1);
      expect(await store.beat("i1", ["s1"], 1800)).toBe(1);
      const last = async (id: string) => (await store.get("i1", id))?.lastActivityAt;
      expect([await last("s1"), await last("s2"), await last("s3")]).toEqual([2000, 1000, 1500]);
    });

    test("what a dead instance left open is closed at its last sign of life, and nobody else's", async () => {
      for (const id of ["i1", "i2"]) await store.renewLease(id);
      await store.merge([opened("i1", "s1", at(1000)), opened("i1", "s2", at(1000)), opened("i2", "s1", at(1000))]);
      await store.merge([closed("i1", "s2", 1100, "client")]);
      await store.beat("i1", ["s1"], 5000);
      clock.now += 100_000;
      expect(await store.renewLease("i2")).toBe(true);
      expect((await store.sweep(180_000)).connections).toBe(0);
      clock.now += 80_000;
      expect(await store.sweep(180_000)).toEqual({ connections: 1, earliest: 5000 });
      expect((await store.get("i1", "s1"))?.closed).toEqual({ at: 5000, reason: "lost" });
      expect((await store.get("i1", "s2"))?.closed).toEqual({ at: 1100, reason: "client" });
      expect((await store.get("i2", "s1"))?.closed).toBeUndefined();
      expect((await store.sweep(180_000)).connections).toBe(0);
      expect(await store.renewLease("i1")).toBe(false);
      expect(await store.renewLease("i2")).toBe(true);
    });

    test("two sweeps at once close everything once", async () => {
      await store.renewLease("i1");
      await store.merge(Array.from({ length: 50 }, (_, index) => opened("i1", `s${index}`, at(1000))));
      clock.now += 200_000;
      const swept = await Promise.all([store.sweep(180_000), store.sweep(180_000), store.sweep(180_000)]);
      expect(swept.reduce((sum, { connections }) => sum + connections, 0)).toBe(50);
    });

    test("what an instance wrote after it was taken for dead is found by the next sweep", async () => {
      await store.renewLease("i1");
      clock.now += 200_000;
      await store.sweep(180_000);
      await store.merge([opened("i1", "late", at(1000))]);
      expect((await store.sweep(180_000)).connections).toBe(1);
    });

    test("an instance that ends closes what is open of it in one step, and does not come back", async () => {
      for (const id of ["i1", "i2"]) await store.renewLease(id);
      await store.merge([opened("i1", "s1", at(1000)), opened("i1", "s2", at(1000)), opened("i2", "s1", at(1000))]);
      expect(await store.endInstance("i1", 3000)).toBe(2);
      expect((await store.get("i1", "s1"))?.closed).toEqual({ at: 3000, reason: "shutdown" });
      expect((await store.get("i2", "s1"))?.closed).toBeUndefined();
      expect(await store.renewLease("i1")).toBe(false);
      expect(await store.endInstance("i1", 4000)).toBe(0);
    });

    test("lists newest first, by user, by state and by time", async () => {
      await store.merge([opened("i1", "s1", at(1000)), opened("i1", "s2", at(2000)), opened("i1", "s3", at(3000))]);
      await store.merge([identified("i1", "s1", { at: 1100, userId: "ann" }), closed("i1", "s3", 3500, "client")]);
      await store.merge([
        identified("i1", "s2", { at: 2100, userId: "ann" }),
        identified("i1", "s2", { at: 2200, userId: "bob" }),
      ]);
      expect(ids(await store.list({ limit: 2 }))).toEqual(["s3", "s2"]);
      expect(ids(await store.list({ open: true, limit: 10 }))).toEqual(["s2", "s1"]);
      expect(ids(await store.list({ open: false, limit: 10 }))).toEqual(["s3"]);
      expect(ids(await store.list({ userId: "ann", limit: 10 }))).toEqual(["s2", "s1"]);
      expect(ids(await store.list({ userId: "bob", open: true, limit: 10 }))).toEqual(["s2"]);
      expect(ids(await store.list({ from: 2000, to: 3000, limit: 10 }))).toEqual(["s2"]);
    });

    test("pages through what an instance has open", async () => {
      await store.merge(["a", "b", "c", "d"].map((id) => opened("i1", id, at(1000))));
      await store.merge([opened("i2", "e", at(1000)), closed("i1", "b", 1001, "client")]);
      expect(await store.openIds("i1", "", 2)).toEqual(["a", "c"]);
      expect(await store.openIds("i1", "c", 2)).toEqual(["d"]);
    });

    test("finds what overlaps a range, in the order it began", async () => {
      await store.merge([
        opened("i1", "before", at(1000)),
        opened("i1", "into", at(1100)),
        opened("i1", "over", at(1050)),
        opened("i1", "in", at(2000)),
        opened("i1", "after", at(3000)),
        opened("i1", "still", at(900)),
      ]);
      await store.merge([
        closed("i1", "before", 1500, "client"),
        closed("i1", "into", 1501, "client"),
        closed("i1", "over", 9000, "client"),
        closed("i1", "in", 2000, "client"),
      ]);
      expect(ids(await everything(1500, 3000))).toEqual(["still", "over", "into", "in"]);
      expect(await store.oldest()).toBe(900);
    });

    test("finds what began long before, in order too", async () => {
      const hour = (count: number) => 1_000_000 + count * SLOT_MS;
      const lasting = [
        ["day", 0, 24],
        ["open", 1, undefined],
        ["over", 2, 9],
        ["ended", 3, 22],
        ["short", 19, 21],
        ["recent", 20, 30],
      ] as const;
      await store.merge(lasting.map(([id, from]) => opened("i1", id, at(hour(from)))));
      await store.merge(
        lasting.flatMap(([id, , to]) => (to === undefined ? [] : [closed("i1", id, hour(to), "client")])),
      );
      expect(ids(await everything(hour(23), hour(24)))).toEqual(["day", "open", "recent"]);
      expect(ids(await everything(hour(8), hour(21)))).toEqual(["day", "open", "over", "ended", "short", "recent"]);
    });

    test("pages are complete when many began at one moment", async () => {
      const all = Array.from({ length: 5000 }, (_, index) =>
        opened(`i${index % 3}`, `s${index}`, at(1000 + (index >> 12))),
      );
      for (let from = 0; from < all.length; from += 500) await store.merge(all.slice(from, from + 500));
      expect(new Set((await everything(0, 5000)).map((facts) => `${facts.instanceId}${facts.sessionId}`)).size).toBe(
        5000,
      );
    });

    test("purges what ended long ago, in chunks, and never what is open", async () => {
      await store.merge(Array.from({ length: 5 }, (_, index) => opened("i1", `s${index}`, at(1000 + index))));
      await store.merge([0, 1, 2].map((index) => closed("i1", `s${index}`, 1500 + index, "client")));
      expect(await store.purge(1502, 1)).toBe(1);
      expect(await store.purge(1502, 10)).toBe(1);
      expect(await store.purge(1502, 10)).toBe(0);
      expect(ids(await store.list({ limit: 10 }))).toEqual(["s4", "s3", "s2"]);
    });

    test("takes a user out of documents and rollups and leaves the others", async () => {
      await store.merge([
        opened("i1", "s1", at(1000, { ip: "203.0.113.0" })),
        opened("i1", "s2", at(1000, { ip: "203.0.114.0" })),
      ]);
      await store.merge([
        identified("i1", "s1", { at: 1001, userId: "ann" }),
        identified("i1", "s1", { at: 1002, userId: "bob" }),
      ]);
      await store.merge([identified("i1", "s2", { at: 1001, userId: "bob" })]);
      await store.writeRollups(0, SLOT_MS, await rollupRows(store, 0, SLOT_MS, SLOT_MS), true);
      expect(await store.erase("ann")).toBe(1);
      expect(await store.list({ userId: "ann", limit: 10 })).toEqual([]);
      expect(ids(await store.list({ userId: "bob", limit: 10 })).sort()).toEqual(["s1", "s2"]);
      expect((await store.get("i1", "s1"))?.opening).not.toHaveProperty("ip");
      expect((await store.get("i1", "s2"))?.opening?.ip).toBe("203.0.114.0");
      expect((await store.readRollups("", [{ from: 0, to: SLOT_MS }]))[0]?.uniqueUsers).toBe(1);
    });

    test("a job belongs to one holder until its time is over", async () => {
      expect(await store.acquire("rollup", "i1", 1000)).toBe(true);
      expect(await store.acquire("rollup", "i2", 1000)).toBe(false);
      expect(await store.acquire("purge", "i2", 1000)).toBe(true);
      clock.now += 900;
      expect(await store.acquire("rollup", "i1", 1000)).toBe(true);
      clock.now += 900;
      expect(await store.acquire("rollup", "i2", 1000)).toBe(false);
      clock.now += 100;
      expect(await store.acquire("rollup", "i2", 1000)).toBe(true);
    });

    test("rollups made again are the same rows, and late news reopens them", async () => {
      const hour = (count: number) => count * SLOT_MS;
      await store.merge([opened("i1", "s1", at(hour(10) + 1)), opened("i1", "s2", at(hour(12) + 5))]);
      await store.merge([identified("i1", "s1", { at: hour(10) + 2, userId: "ann" }), alive("i1", "s1", hour(13))]);
      await store.merge([
        identified("i1", "s2", { at: hour(12) + 6, userId: "ann" }),
        closed("i1", "s2", hour(12) + 10, "client"),
      ]);
      expect(await store.watermark()).toBe(0);
      const options = { store, now: hour(15) + 60_000, settleMs: 1000 };
      expect(await rollUp(options)).toBe(hour(15));
      const read = () =>
        store.readRollups("", [
          { from: hour(10), to: hour(13) },
          { from: hour(13), to: hour(15) },
        ]);
      const before = await read();
      const third = { bucket: 1, opening: 1, started: 0, peakConcurrent: 1, uniqueUsers: 1, timeUnion: 2 * SLOT_MS };
      expect(before[0]).toMatchObject({
        bucket: 0,
        value: "",
        opening: 0,
        started: 2,
        peakConcurrent: 2,
        uniqueUsers: 1,
      });
      expect(before[1]).toMatchObject(third);
      await store.reopen(hour(11));
      expect(await store.watermark()).toBe(hour(11));
      await rollUp(options);
      expect(await read()).toEqual(before);
      await store.merge([closed("i1", "s1", hour(13) + 7, "lost")]);
      await store.reopen(hour(13));
      await rollUp(options);
      expect((await read())[1]).toMatchObject({ opening: 1, timeUnion: 7, connectedTime: 7 });
      expect(await store.purgeRollups(hour(13), 10_000)).toBeGreaterThan(0);
      expect((await read()).map(({ bucket }) => bucket)).toEqual([1]);
    });

    test("figures from rollups are those from documents, for everything and by a dimension", async () => {
      const histories = fc.sample(people, { seed: 7, numRuns: 4 });
      const all = histories.flatMap((some, index) =>
        some.map((one) => ({ ...one, sessionId: `${index} ${one.sessionId}` })),
      );
      await store.merge(all);
      const now = START + 6 * DAY;
      const context = { store, now, rawMs: 45 * DAY };
      const ask = (...by: Dimension[]) => aggregate({ from: START, to: START + 4 * DAY, bucket: "day", by }, context);
      const [whole, byOs] = [await ask(), await ask("os.name")];
      const rows = await rollupRows(store, START, START + 4 * DAY, now);
      // Somebody with two devices at once is among them.
      expect(rows.divided.length).toBeGreaterThan(0);
      await rollUp({ store, now, settleMs: 1000 });
      expect(await ask()).toEqual({ ...whole, source: "rollups" });
      expect(await ask("os.name")).toEqual({ ...byOs, source: "rollups" });
      expect((await ask("os.version")).source).toBe("documents");
    });
  });
}
