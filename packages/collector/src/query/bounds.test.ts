import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { silentLog } from "../lib/logger.js";
import { isStoreAnswer, isTooMuch, type Parameters, type Store } from "../store/index.js";
import { temporaryDirectory } from "../testing/collector.js";
import { openTestStore } from "../testing/server.js";
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
  store = await openTestStore(directory.path);
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

test("of three months of events a list reads what its filters leave, found by EXPLAIN", async () => {
  // Thirty thousand errors of as many pages in each of three months; a session has a page.
  const noon = Date.UTC(2026, 10, 25, 12);
  const month = 30 * 86_400_000;
  for (const ago of [0, 1, 2]) {
    const rows = `FROM (
      SELECT number, concat('p', toString(sipHash64(number, ${ago}))) AS page, toDateTime64(${(noon - ago * month) / 1000} - number % 1000, 3, 'UTC') AS at
      FROM numbers(30000)
    )`;
    await store.command(
      `INSERT INTO errors (application_id, page_id, page_started_at, seq, date, received_at, session_id, error_fingerprint)
      SELECT if(number % 10 = 0, 'bank', 'shop'), page, at, 1, at, at, concat('s', page), 'f' ${rows}`,
    );
    await store.command(
      `INSERT INTO session_pages (application_id, session_id, page_id, page_started_at, received_at, created_at)
      SELECT if(number % 10 = 0, 'bank', 'shop'), concat('s', page), page, at, at, at ${rows}`,
    );
  }
  const [one] = await store.query<{ session: string }>("SELECT any(session_id) AS session FROM errors");

  /** Of the readings of a table, parts and granules that are left of all, by what is read at the end. */
  async function read(query: string): Promise<{ parts: number; granules: number; all: number }> {
    const asked: { sql: string; parameters: Parameters | undefined }[] = [];
    const spied: Store = {
      ...store,
      query: (sql, parameters, limits) => {
        asked.push({ sql, parameters });
        return store.query(sql, parameters, limits);
      },
    };
    expect((await ask(`/v1/events?type=error&${query}`, LIMITS, spied))?.status).toBe(200);
    const last = asked.findLast(({ sql }) => sql.includes("FROM errors FINAL"));
    const plan = await store.query<{ explain: string }>(`EXPLAIN indexes = 1 ${last?.sql}`, last?.parameters);
    const text = plan.map(({ explain }) => explain).join("\n");
    const table = text.slice(text.indexOf(`(${store.database}.errors)`));
    const [, parts, granules] = /Parts: (\d+) \| Granules: (\d+)/.exec(table) ?? [];
    return { parts: Number(parts), granules: Number(granules), all: Number(/Granules: \d+\/(\d+)/.exec(table)?.[1]) };
  }

  const whole = await read("limit=1000&to=9999999999999&from=0");
  // The newest thousand are of one month.
  expect(whole.parts).toBe(1);
  expect(whole.granules).toBeLessThanOrEqual(whole.all / 2);
  const old = await read(`from=${noon - 2 * month - 86_400_000}&to=${noon - 2 * month}`);
  expect(old.parts).toBe(1);
  expect((await read("application_id=bank")).granules).toBeLessThan(whole.granules);
  // At most one of each month, and not all of a month.
  expect((await read(`session_id=${one?.session}`)).granules).toBeLessThanOrEqual(3);
  expect(whole.all).toBeGreaterThan(9);
});
