import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { silentLog } from "../lib/logger.js";
import { isStoreAnswer, isTooMuch, type Store } from "../store/index.js";
import { openStore } from "../store/open.js";
import { temporaryDirectory } from "../testing/collector.js";
import { createQueries } from "./index.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let store: Store;
let remove: () => Promise<void>;
const LIMITS = { seconds: 30, memoryBytes: 1024 ** 3, atOnce: 4 };
const ENDLESS = "SELECT count() AS n FROM numbers(1000000000000) WHERE NOT ignore(sipHash128(number))";

beforeAll(async () => {
  const directory = await temporaryDirectory();
  remove = directory.remove;
  store = await openStore({ data: directory.path }, silentLog);
});
afterAll(async () => {
  await store.close();
  await remove();
});

const ask = (path: string, limits = LIMITS, asked: Store = store, signal?: AbortSignal) =>
  createQueries(asked, { log: silentLog, now: Date.now, limits })(
    new Request(`http://c.test${path}`, signal ? { signal } : {}),
    "read",
  );

test("an endless question is given up, and holds up neither others nor the writer", async () => {
  const endless = Array.from({ length: 4 }, () =>
    store.query(ENDLESS, {}, { ...LIMITS, seconds: 2 }).catch((error: unknown) => error),
  );
  expect(await store.isReachable()).toBe(true);
  expect((await ask("/v1/sessions"))?.status).toBe(200);
  let over = false;
  const errors = Promise.all(endless).finally(() => {
    over = true;
  });
  await store.command("SELECT 1");
  expect(over).toBe(false);
  for (const error of await errors) {
    expect(isStoreAnswer(error) && isTooMuch(error)).toBe(true);
  }
});

test("a question that takes longer than it may is answered 504, and says what to do", async () => {
  const endless: Store = { ...store, query: (_sql, _given, limits) => store.query(ENDLESS, {}, limits) };
  const answer = await ask("/v1/sessions", { ...LIMITS, seconds: 0.3 }, endless);
  expect(answer?.status).toBe(504);
  expect(await answer?.json()).toMatchObject({
    error: { code: "query_too_large", message: expect.stringContaining("shorter period") },
  });
});

test("a question that finds no place in time is answered 503 with the word when to come again", async () => {
  const slow: Store = { ...store };
  const limits = { ...LIMITS, atOnce: 1, seconds: 0.5 };
  const queries = createQueries(slow, { log: silentLog, now: Date.now, limits });
  const held = vi.spyOn(slow, "query");
  let release = () => {};
  held.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        release = () => resolve([]);
      }),
  );
  const first = queries(new Request("http://c.test/v1/sessions"), "read");
  const second = await queries(new Request("http://c.test/v1/vitals"), "read");
  expect(second?.status).toBe(503);
  expect(second?.headers.get("retry-after")).toBe("5");
  expect(await second?.json()).toMatchObject({ error: { code: "busy" } });
  release();
  expect((await first)?.status).toBe(200);
});

test("what nobody waits for any more is not asked", async () => {
  const gone = new AbortController();
  const asked = vi.fn(store.query);
  gone.abort();
  await ask("/v1/sessions", LIMITS, { ...store, query: asked as Store["query"] }, gone.signal);
  expect(asked).not.toHaveBeenCalled();
});
