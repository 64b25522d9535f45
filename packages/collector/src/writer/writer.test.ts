import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { silentLog } from "../lib/logger.js";
import { openLog } from "../log/index.js";
import type { LogRecord } from "../rows/record.js";
import { createStore } from "../store/index.js";
import { beacon, errorEvent, NOON } from "../testing/beacons.js";
import { temporaryDirectory } from "../testing/collector.js";
import { openTestStore } from "../testing/server.js";
import { startWriter } from "./index.js";
import { openRefusedRecords } from "./refused.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

function record(seq: number, message = "it broke"): LogRecord {
  const { application_id, sdk, page, sessions, views } = beacon();
  const client = {
    ip: "",
    country: "",
    browser: "",
    browser_version: "",
    os: "",
    os_version: "",
    device: "",
    bot: false,
  };
  const events = [errorEvent({ seq, error_message: message })];
  return { r: 1, received_at: NOON, client, application_id, sdk, page, sessions, views, users: [], events };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 400; !(await condition()); left -= 1) {
    if (left === 0) throw new Error("it did not happen within 10 s");
    await sleep(25);
  }
}

async function parts(path: string) {
  const log = await openLog(join(path, "log"), { limitBytes: 1024 ** 2 });
  const refused = await openRefusedRecords(join(path, "refused"));
  return { log, refused };
}

test("a record the store refuses is set aside with the reason; the others of its block arrive", async () => {
  const { path, remove } = await temporaryDirectory();
  const { log, refused } = await parts(path);
  const store = await openTestStore(path);
  await store.command("ALTER TABLE errors ADD CONSTRAINT no_poison CHECK error_message != 'poison'");
  for (let seq = 1; seq <= 9; seq += 1) await log.append(record(seq, seq === 6 ? "poison" : "fine"));

  const said: string[] = [];
  const logger = {
    ...silentLog,
    error: (message: string, fields?: object) => said.push(`${message} ${JSON.stringify(fields)}`),
  };
  const writer = startWriter({ log, store, refused, logger, logId: "test" });
  await until(() => log.pendingBytes === 0);
  await writer.stop();

  const rows = await store.query<{ seq: number }>("SELECT DISTINCT seq FROM errors ORDER BY seq");
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 7, 8, 9]);
  const [file = ""] = await readdir(join(path, "refused"));
  const kept = JSON.parse(await readFile(join(path, "refused", file), "utf8"));
  expect(kept.reason).toMatch(/no_poison/);
  expect(kept.record.events[0].seq).toBe(6);
  expect(said.join()).toMatch(/VIOLATED_CONSTRAINT/);
  expect(said.join()).not.toMatch(/'poison'/);
  await log.close();
  await store.close();
  await remove();
});

test("while the store does not answer, records stay in the log; they arrive when it does", async () => {
  const { path, remove } = await temporaryDirectory();
  const { log, refused } = await parts(path);
  // Nothing listens there.
  const away = createStore({ url: "http://127.0.0.1:9", database: "sojourn" });
  await log.append(record(1));
  const warned: string[] = [];
  const logger = { ...silentLog, warn: (message: string) => warned.push(message) };
  const first = startWriter({ log, store: away, refused, logger, logId: "test" });
  await until(() => warned.length > 0);
  await first.stop();
  expect(log.pendingBytes).toBeGreaterThan(0);
  expect(await readdir(join(path, "refused"))).toEqual([]);

  const store = await openTestStore(path);
  const second = startWriter({ log, store, refused, logger, logId: "test" });
  await until(() => log.pendingBytes === 0);
  expect(await store.query("SELECT seq FROM errors")).toEqual([{ seq: 1 }]);
  await second.stop();
  await log.close();
  await Promise.all([store.close(), away.close()]);
  await remove();
});

test("a block that was inserted and not yet taken off the log is inserted again without a trace", async () => {
  const { path, remove } = await temporaryDirectory();
  const { log, refused } = await parts(path);
  const store = await openTestStore(path);
  for (let seq = 1; seq <= 20; seq += 1) await log.append(record(seq));
  const forgetful = { ...log, consume: () => new Promise<void>(() => {}) };
  const first = startWriter({
    log: {
      ...forgetful,
      get pendingBytes() {
        return log.pendingBytes;
      },
    },
    store,
    refused,
    logger: silentLog,
    logId: "test",
  });
  await until(async () => (await store.query("SELECT seq FROM errors")).length === 20);
  void first.stop();

  const second = startWriter({ log, store, refused, logger: silentLog, logId: "test" });
  await until(() => log.pendingBytes === 0);
  expect(await store.query("SELECT seq FROM errors")).toHaveLength(20);
  await second.stop();
  await log.close();
  await store.close();
  await remove();
});

test("a store that hangs does not keep the writer from stopping, and what it had stays in the log", async () => {
  const { path, remove } = await temporaryDirectory();
  const { log, refused } = await parts(path);
  await log.append(record(1));
  let answer: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const tables: string[] = [];
  const insert = (table: string) => {
    tables.push(table);
    return asked;
  };
  const warned: string[] = [];
  const logger = { ...silentLog, warn: (message: string) => warned.push(message) };
  const writer = startWriter({ log, store: { insert }, refused, logger, logId: "test", stopMs: 10 });
  await until(() => tables.length > 0);
  await writer.stop();
  expect(warned.join()).toContain("did not answer in time");
  answer();
  await until(() => tables.includes("session_pages"));
  await nextTurn();
  expect(log.pendingBytes).toBeGreaterThan(0);
  await log.close();
  await remove();
});

test("a record of a newer layout, as after going back to an older version, is set aside and the others arrive", async () => {
  const { path, remove } = await temporaryDirectory();
  const { log, refused } = await parts(path);
  const inserted: string[] = [];
  const store = {
    insert: async (table: string) => {
      inserted.push(table);
    },
  };
  await log.append({ ...record(1), r: 3 });
  await log.append(record(2));
  const writer = startWriter({ log, store, refused, logger: silentLog, logId: "test" });
  await until(() => log.pendingBytes === 0);
  await writer.stop();
  const [file = "", ...others] = await readdir(join(path, "refused"));
  expect(others).toEqual([]);
  expect(JSON.parse(await readFile(join(path, "refused", file), "utf8")).reason).toMatch(/newer version/);
  expect(inserted).toContain("errors");
  await log.close();
  await remove();
});

test("what is set aside is bounded in files and bytes, also over restarts, and its disk being full stops nobody", async () => {
  const { path, remove } = await temporaryDirectory();
  const keep = async (most: { files: number; bytes: number }, name: string, text = "x") =>
    (await openRefusedRecords(path, most)).keep(name, text, "why");
  expect(await keep({ files: 2, bytes: 100 }, "one")).toBe(true);
  expect(await keep({ files: 2, bytes: 100 }, "large", "x".repeat(100))).toBe(false);
  expect(await keep({ files: 2, bytes: 100 }, "two")).toBe(true);
  expect(await keep({ files: 2, bytes: 100 }, "three")).toBe(false);
  expect(await keep({ files: 9, bytes: 10_000 }, "not/there")).toBe(false);
  expect((await readdir(path)).sort()).toEqual(["one.json", "two.json"]);
  await remove();
});
