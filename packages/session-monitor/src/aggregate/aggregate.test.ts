import fc from "fast-check";
import { expect, test } from "vitest";
import { closed, type Facts, identified, join, opened } from "../model/facts.js";
import { createMemoryStore } from "../stores/memory.js";
import { counted, DAY, HOUR, people, START } from "../testing/people.js";
import { aggregate } from "./index.js";
import { isCounted, rollUp } from "./rollup.js";

async function storeOf(all: readonly Facts[]) {
  const store = createMemoryStore();
  await store.merge(all);
  return store;
}
const RAW = 45 * DAY;
const NOW = START + 6 * DAY;

test("figures are those that looking at every moment gives", async () => {
  await fc.assert(
    fc.asyncProperty(people, fc.constantFrom("hour", "day", "all"), async (all, bucket) => {
      const store = await storeOf(all);
      const asked = all.filter(isCounted);
      // Connections without length are in no moment.
      const lasting = asked.filter((facts) => (facts.closed?.at ?? NOW) > facts.createdAt);
      const { buckets, total } = await aggregate(
        { from: START + HOUR / 2, to: START + 4 * DAY, bucket },
        { store, now: NOW, rawMs: RAW },
      );
      for (const { from, to, groups } of [...buckets, total]) {
        const [group] = groups;
        const expected = counted(lasting, +from, +to, NOW);
        expect(group?.connectedTime ?? 0).toBe(expected.connected);
        expect(group?.timeSum ?? 0).toBe(expected.sum);
        expect(group?.timeUnion ?? 0).toBe(expected.union);
        expect(group?.uniqueUsers ?? 0).toBeGreaterThanOrEqual(expected.users);
        expect(group?.peakConcurrent ?? 0).toBeGreaterThanOrEqual(expected.peak);
        if (lasting.length === asked.length) expect(group?.peakConcurrent ?? 0).toBe(expected.peak);
      }
    }),
    { numRuns: 60 },
  );
});

test("rollups give the figures of the documents, by every dimension that they keep", async () => {
  await fc.assert(
    fc.asyncProperty(people, fc.constantFrom([], ["os.name"] as const), async (all, by) => {
      const store = await storeOf(all);
      const context = { store, now: NOW, rawMs: RAW };
      const query = { from: START, to: START + 4 * DAY, bucket: "day", by } as const;
      const documents = await aggregate(query, context);
      expect(documents.source).toBe("documents");
      // Final up to some hours ago; the rest is rolled up for the question.
      if ((await rollUp({ store, now: NOW, settleMs: HOUR })) === 0) return;
      const rollups = await aggregate(query, context);
      expect(rollups).toEqual({ ...documents, source: "rollups" });
    }),
    { numRuns: 60 },
  );
});

const connection = (sessionId: string, userId: string, from: number, to?: number): Facts => {
  const facts = [
    opened("i1", sessionId, { at: from, transport: "websocket", client: {} }),
    identified("i1", sessionId, { at: from, userId }),
    ...(to === undefined ? [] : [closed("i1", sessionId, to, "client")]),
  ];
  return facts.reduce(join);
};

test("a connection of three days counts on each of its days, with its real time", async () => {
  const begin = START + 20 * HOUR;
  const store = await storeOf([connection("s1", "ann", begin, begin + 3 * DAY)]);
  const { buckets, total } = await aggregate(
    { from: START, to: START + 5 * DAY, bucket: "day" },
    { store, now: NOW, rawMs: RAW },
  );
  expect(buckets.map(({ groups }) => groups[0]?.sessions ?? 0)).toEqual([1, 1, 1, 1, 0]);
  expect(buckets.map(({ groups }) => (groups[0]?.timeUnion ?? 0) / HOUR)).toEqual([4, 24, 24, 20, 0]);
  expect(total.groups[0]).toMatchObject({ sessions: 1, uniqueUsers: 1, timeUnion: 3 * DAY, timeSum: 3 * DAY });
});

test("somebody who lost his server and came back is never there for more than 24 hours a day", async () => {
  // The server dies at 11:00; the client is back at 11:06, before anybody noticed that the first one is lost.
  const crash = START + 11 * HOUR;
  const all = [connection("s1", "ann", START, START + DAY), connection("s2", "ann", crash + 6 * 60_000, START + DAY)];
  const day = async (facts: Facts[]) => {
    const context = { store: await storeOf(facts), now: NOW, rawMs: RAW };
    return (await aggregate({ from: START, to: START + DAY, bucket: "day" }, context)).total.groups[0];
  };
  expect(await day(all)).toMatchObject({ timeUnion: DAY, uniqueUsers: 1, sessions: 2 });
  expect((await day(all))?.timeSum).toBeGreaterThan(DAY);
  const swept = [join(all[0] as Facts, closed("i1", "s1", crash, "lost")), all[1] as Facts];
  expect(await day(swept)).toMatchObject({ timeUnion: DAY - 6 * 60_000, timeSum: DAY - 6 * 60_000 });
});

test("sign-ins that come in another order than their connections began count once all the same", async () => {
  const late = [
    opened("i1", "a", { at: START, transport: "websocket", client: {} }),
    identified("i1", "a", { at: START + 2 * HOUR, userId: "ann" }),
    closed("i1", "a", START + 4 * HOUR, "client"),
  ].reduce(join);
  const store = await storeOf([late, connection("b", "ann", START + HOUR, START + 3 * HOUR)]);
  const { total } = await aggregate({ from: START, to: START + DAY }, { store, now: NOW, rawMs: RAW });
  expect(total.groups[0]).toMatchObject({ timeUnion: 3 * HOUR, timeSum: 4 * HOUR, uniqueUsers: 1 });
});

test("a day is the one of the asked zone, and today's figures are there today", async () => {
  // 23:30 in São Paulo on the 4th is 02:30 UTC on the 5th.
  const begin = Date.UTC(2026, 0, 5, 2, 30);
  const store = await storeOf([connection("s1", "ann", begin)]);
  const context = { store, now: begin + 10 * 60_000, rawMs: RAW };
  const days = async (timeZone: string) => {
    const { buckets } = await aggregate({ from: START - DAY, to: START + DAY, bucket: "day", timeZone }, context);
    return buckets.flatMap(({ from, groups }) => (groups[0] ? [from.toISOString()] : []));
  };
  expect(await days("UTC")).toEqual(["2026-01-05T00:00:00.000Z"]);
  expect(await days("America/Sao_Paulo")).toEqual(["2026-01-04T03:00:00.000Z"]);
});

test("users of a week are counted once, not added up from its days", async () => {
  const store = await storeOf(
    Array.from({ length: 5 }, (_, day) => connection(`s${day}`, "ann", START + day * DAY, START + day * DAY + HOUR)),
  );
  const context = { store, now: NOW, rawMs: RAW };
  const { buckets, total } = await aggregate({ from: START, to: START + 7 * DAY, bucket: "week" }, context);
  expect(buckets.map(({ groups }) => groups[0]?.uniqueUsers)).toEqual([1]);
  expect(total.groups[0]?.uniqueUsers).toBe(1);
});

test("a day of 25 hours has 25 hours of time", async () => {
  const [from, to] = [Date.parse("2026-10-24T22:00Z"), Date.parse("2026-10-25T23:00Z")];
  const store = await storeOf([connection("s1", "ann", from - DAY, to + DAY)]);
  const query = { from, to, bucket: "day", timeZone: "Europe/Berlin" } as const;
  const { buckets } = await aggregate(query, { store, now: to + 2 * DAY, rawMs: RAW });
  expect(buckets.map(({ groups }) => (groups[0]?.timeUnion ?? 0) / HOUR)).toEqual([25]);
});

test("bots and synthetic visits count only when asked for, impersonated sign-ins only as connections", async () => {
  const client = {};
  const all = [
    opened("i1", "bot", { at: START, transport: "http", client, bot: true }),
    opened("i1", "synthetic", { at: START, transport: "http", client, synthetic: true }),
    join(
      opened("i1", "su", { at: START, transport: "http", client }),
      identified("i1", "su", { at: START, userId: "ann", impersonated: true }),
    ),
  ];
  const context = { store: await storeOf(all), now: NOW, rawMs: RAW };
  const ask = async (...include: ("bot" | "synthetic" | "impersonated")[]) =>
    (await aggregate({ from: START, to: START + HOUR, include }, context)).total.groups[0];
  expect(await ask()).toMatchObject({ sessions: 1, uniqueUsers: 0, timeSum: 0 });
  expect(await ask("bot", "synthetic")).toMatchObject({ sessions: 3, uniqueUsers: 0 });
  expect(await ask("impersonated")).toMatchObject({ sessions: 1, uniqueUsers: 1, timeSum: HOUR });
});

test("groups are told apart by any two dimensions, largest first", async () => {
  const at = { at: START, transport: "websocket" };
  const iOS = { os: { name: "iOS" }, app: { name: "RC Mobile", version: "3.0.0" } };
  const store = await storeOf([
    opened("i1", "a", { ...at, client: iOS, country: "BR" }),
    opened("i1", "b", { ...at, client: iOS, country: "BR" }),
    opened("i1", "c", { ...at, client: { os: { name: "Android" } } }),
  ]);
  const query = { from: START, to: START + HOUR, by: ["os.name", "app.version"] } as const;
  const { total } = await aggregate(query, { store, now: NOW, rawMs: RAW });
  expect(total.groups.map(({ key, sessions }) => [key, sessions])).toEqual([
    [{ "os.name": "iOS", "app.version": "3.0.0" }, 2],
    [{ "os.name": "Android", "app.version": "" }, 1],
  ]);
});

test("a dimension that does not exist is named, and a range that is partly gone is said", async () => {
  const context = { store: await storeOf([]), now: NOW, rawMs: RAW };
  await expect(aggregate({ from: 0, to: 1, by: ["shoe.size" as never] }, context)).rejects.toThrow(
    'by: "shoe.size" is none of',
  );
  expect((await aggregate({ from: NOW - 60 * DAY, to: NOW }, context)).complete).toBe(false);
  expect((await aggregate({ from: NOW - 30 * DAY, to: NOW }, context)).complete).toBe(true);
});

test("catching up goes in bounded steps, and goes on where it stopped", async () => {
  const store = await storeOf([connection("s1", "ann", START, START + HOUR)]);
  const options = { store, now: START + 100 * DAY, settleMs: HOUR, chunks: 3 };
  expect(await rollUp(options)).toBe(START + 12 * HOUR);
  expect(await rollUp(options)).toBe(START + 24 * HOUR);
});
