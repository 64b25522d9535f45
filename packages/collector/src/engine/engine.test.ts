import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { silentLog } from "../lib/logger.js";
import { blockOf } from "../rows/block.js";
import { createStore, isDataRefused, isStoreAnswer, type Store } from "../store/index.js";
import { temporaryDirectory } from "../testing/collector.js";
import { type Engine, startEngine } from "./start.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let engine: Engine;
let store: Store;
let remove: () => Promise<void>;

beforeAll(async () => {
  const directory = await temporaryDirectory();
  remove = directory.remove;
  engine = await startEngine({ directory: join(directory.path, "engine"), database: "test", log: silentLog });
  store = createStore({ url: engine.url, agent: engine.agent, password: engine.password, database: "test" });
  await store.command(
    "CREATE TABLE words (n UInt32, word String) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100",
  );
});
afterAll(async () => {
  await store.close();
  await engine.stop();
  await remove();
});

const HOSTILE = [
  'it\'s "quoted"',
  "back\\slash \\n \\' \\\\",
  "line\nbreak\r\ttab",
  "'; DROP TABLE words; --",
  "{name:String} %s",
  "größe 日本語 😀👩‍👩‍👧",
  "\u0000\u0001\u001f",
  "\\N",
  "",
];

test.each(HOSTILE)("a parameter comes back as it went in: %j", async (word) => {
  expect(await store.query("SELECT {word:String} AS word, {n:Int64} + 1 AS n", { word, n: 41 })).toEqual([
    { word, n: 42 },
  ]);
});

test("rows come back as they went in", async () => {
  await store.insert("words", blockOf(HOSTILE.map((word, n) => ({ n, word }))), "hostile");
  const rows = await store.query<{ word: string }>("SELECT word FROM words ORDER BY n");
  expect(rows.map(({ word }) => word)).toEqual(HOSTILE);
});

test("a block with a token that was seen adds nothing", async () => {
  await store.insert("words", blockOf([{ n: 100, word: "once" }]), "same");
  await store.insert("words", blockOf([{ n: 100, word: "once" }]), "same");
  await store.insert("words", blockOf([{ n: 100, word: "once" }]), "other");
  expect(await store.query("SELECT count() AS times FROM words WHERE n = 100")).toEqual([{ times: 2 }]);
});

test("errors are the client's typed errors", async () => {
  const error = await store.query("SELECT nothing FROM words").catch((caught: unknown) => caught);
  expect(isStoreAnswer(error)).toBe(true);
  expect(error).toMatchObject({ code: "47", type: "UNKNOWN_IDENTIFIER" });
  const refused = await store
    .insert("words", blockOf([{ n: "x", word: "y" }]), "bad")
    .catch((caught: unknown) => caught);
  expect(isDataRefused(refused)).toBe(true);
  const unknown = await store.insert("nowhere", blockOf([{ n: 1 }]), "t").catch((caught: unknown) => caught);
  expect(unknown).toMatchObject({ type: "UNKNOWN_TABLE" });
  expect(isDataRefused(unknown)).toBe(false);
});

test("refuses to bind lists, which it could not pass on faithfully", async () => {
  const error = await store.query("SELECT {a:Array(String)}", { a: "['x']" }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ type: "BAD_ARGUMENTS" });
});

test("refuses who does not know its secret, and another database", async () => {
  const stranger = createStore({ url: engine.url, agent: engine.agent, password: "guess", database: "test" });
  await expect(stranger.query("SELECT 1")).rejects.toMatchObject({ type: "AUTHENTICATION_FAILED" });
  const other = createStore({ url: engine.url, agent: engine.agent, password: engine.password, database: "other" });
  await expect(other.query("SELECT 1")).rejects.toMatchObject({ type: "UNKNOWN_DATABASE" });
  await Promise.all([stranger.close(), other.close()]);
});

test("comes back with its data after its process was killed", async () => {
  const before = engine.pid ?? 0;
  process.kill(before, "SIGKILL");
  let found: unknown;
  for (let left = 200; left > 0 && found === undefined; left -= 1) {
    await sleep(25);
    if (engine.pid !== before) found = await store.query("SELECT word FROM words WHERE n = 0").catch(() => undefined);
  }
  expect(found).toEqual([{ word: HOSTILE[0] }]);
  expect(engine.pid).not.toBe(before);
});

test("a second engine waits for the first to let go of the directory", async () => {
  const directory = await temporaryDirectory();
  const options = { directory: join(directory.path, "engine"), database: "test", log: silentLog };
  const first = await startEngine(options);
  const second = startEngine(options);
  let ready = false;
  void second.then(() => {
    ready = true;
  });
  await sleep(300);
  expect(ready).toBe(false);
  await first.stop();
  await (await second).stop();
  await directory.remove();
});
