import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectIndexed, fill } from "../../testing/explain.js";
import { openSqliteStore } from "./index.js";
import * as sql from "./sql.js";

let folder: string;
let database: Database.Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sojourn-monitor-"));
  const store = openSqliteStore({ path: join(folder, "monitor.db") });
  await fill(store, 3000);
  await store.close();
  database = new Database(join(folder, "monitor.db"));
  database.exec("ANALYZE");
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

const planOf = (text: string): string => {
  const values = new Array<unknown>((text.match(/\?/g) ?? []).length).fill(null);
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(values) as { detail: string }[];
  return steps.map(({ detail }) => detail).join("\n");
};

// Every statement of the store but those that only add.
const QUERIES = Object.entries({
  ...sql,
  readRollups: sql.readRollups("os"),
  readAllRollups: sql.readRollups(undefined),
}).filter(([name]) => !/^ADD|^PUT|^NOW$/.test(name));

test.each(QUERIES)("%s has an index to go by", (name, text) => expectIndexed(name, planOf(text)));

test("a query without an index would be found", () => {
  const plan = planOf("SELECT * FROM monitor_connections WHERE host = ?");
  expect(() => expectIndexed("it", plan)).toThrow("reads a whole table");
});
