import { expect, test } from "vitest";
import { feedConnections } from "./collector.js";
import { closed, identified, opened } from "./model/facts.js";
import { createMemoryStore } from "./stores/memory.js";
import { createManualClock } from "./testing/clock.js";

const TOKEN = "srv-of-the-shop-1234";
const MINUTE = 60_000;

function start() {
  const clock = createManualClock();
  const store = createMemoryStore({ now: clock.now });
  const told: Record<string, unknown>[] = [];
  const state = { away: false };
  const send = (async (_url: unknown, init?: RequestInit) => {
    if (state.away) throw new Error("nobody is there");
    told.push(...JSON.parse(String(init?.body)).documents);
    return new Response(null, { status: 204 });
  }) as typeof fetch;
  const feed = (holder: string) =>
    feedConnections({ store, clock, holder, url: "http://c.test", token: TOKEN, fetch: send });
  const open = (id: string, at = clock.now()) =>
    store.merge([
      opened("i1", id, {
        at,
        transport: "websocket",
        client: { os: { name: "iOS", version: "12.0" } },
        ip: "203.0.113.0",
      }),
    ]);
  return { clock, store, told, state, feed, open };
}

test("a connection is told when it begins, when somebody signs in and when it ends, and not in between", async () => {
  const { clock, store, told, feed, open } = start();
  const { run, stop } = feed("a");
  await open("s1");
  await run();
  await run();
  expect(told).toMatchObject([{ kind: "connection", connection_id: "i1/s1", os: "iOS", closed_at: null }]);
  clock.jump(MINUTE);
  await store.merge([identified("i1", "s1", { at: clock.now(), userId: "ann", guid: "a-guid" })]);
  await run();
  clock.jump(MINUTE);
  await store.merge([closed("i1", "s1", clock.now(), "client")]);
  await run();
  await run();
  expect(told).toHaveLength(3);
  expect(told[1]).toMatchObject({ user_id: "ann", version: clock.now() - MINUTE });
  expect(told[2]).toMatchObject({ closed_at: clock.now(), close_reason: "client", login_at: clock.now() - MINUTE });
  expect(JSON.stringify(told)).not.toContain("a-guid");
  stop();
});

test("what is open is told again each five minutes while there are signs of life", async () => {
  const { clock, store, told, feed, open } = start();
  const { run, stop } = feed("a");
  await open("s1");
  await run();
  for (let minute = 0; minute < 30; minute += 1) {
    clock.jump(MINUTE);
    await store.beat("i1", ["s1"], clock.now());
    await run();
  }
  expect(told.length).toBeGreaterThanOrEqual(6);
  expect(told.length).toBeLessThanOrEqual(8);
  stop();
});

test("while the collector is away nothing is left out, and one process at a time sends", async () => {
  const { clock, store, told, state, feed, open } = start();
  const [a, b] = [feed("a"), feed("b")];
  await open("s1");
  state.away = true;
  await expect(a.run()).rejects.toThrow("nobody is there");
  clock.jump(30 * MINUTE);
  await store.merge([closed("i1", "s1", clock.now() - 20 * MINUTE, "lost")]);
  state.away = false;
  await a.run();
  await b.run();
  expect(told).toMatchObject([{ connection_id: "i1/s1", close_reason: "lost" }]);
  // The first one dies; another goes on, from an hour before where it was.
  a.stop();
  await open("s2");
  clock.jump(5 * MINUTE);
  await b.run();
  expect(told.map(({ connection_id }) => connection_id)).toEqual(["i1/s1", "i1/s1", "i1/s2"]);
  b.stop();
});

test("an end that a sweep finds later lies in the past, and is told all the same", async () => {
  const { clock, store, told, feed, open } = start();
  const { run, stop } = feed("a");
  await open("s1");
  const lastSign = clock.now();
  await run();
  clock.jump(50 * MINUTE);
  await run();
  await store.merge([closed("i1", "s1", lastSign, "lost", lastSign)]);
  await run();
  expect(told.at(-1)).toMatchObject({ closed_at: lastSign, close_reason: "lost" });
  stop();
});
