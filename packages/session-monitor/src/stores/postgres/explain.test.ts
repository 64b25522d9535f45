import { findPostgres, type PostgresServer, startPostgres } from "@sojourn/test-servers";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectIndexed, fill } from "../../testing/explain.js";
import { openPostgresStore } from "./index.js";
import * as sql from "./sql.js";

describe.skipIf(findPostgres() === undefined)("queries on PostgreSQL", () => {
  let server: PostgresServer;
  let client: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
    const connection = await server.connection("explain");
    const store = await openPostgresStore({ connection });
    await fill(store, 10_000);
    for (const id of ["i0", "i1", "i2", "i3", "i4", "i5", "i6"]) await store.renewLease(id);
    await store.close();
    client = new pg.Client(connection);
    await client.connect();
    await client.query("ANALYZE");
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    await server.stop();
  });

  async function planOf(text: string, values: readonly unknown[]): Promise<string> {
    // Tables that are empty here are read as a whole unless that is forbidden.
    await client.query(`SET enable_seqscan = ${!text.includes("rollup")}`);
    const { rows } = await client.query(`EXPLAIN ${text}`, [...values]);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }

  const day = 86_400_000;
  const keys = [["i1"], ["s1"]];
  test.each([
    ["GET", sql.GET, ["i1", "s1"]],
    ["LOCKED", sql.LOCKED, keys],
    ["BEAT", sql.BEAT, [1, "i1", ["s1", "s8"]]],
    ["HAS_LOST", sql.HAS_LOST, [null, 180_000]],
    ["CLOSE_LOST", sql.CLOSE_LOST, []],
    ["CLOSE_ALL", sql.CLOSE_ALL, [1, "i1"]],
    ["LIST", sql.LIST, [0, day, 100]],
    ["LIST_OPEN", sql.LIST_OPEN, [0, day, 100]],
    ["LIST_CLOSED", sql.LIST_CLOSED, [0, day, 100]],
    ["OF_USER", sql.OF_USER, ["u3"]],
    ["OPEN_IDS", sql.OPEN_IDS, ["i1", "", 500]],
    ["OVERLAPPING, a page", sql.OVERLAPPING, [1_200_000, 1_100_000, -1, "", "", 100]],
    ["OVERLAPPING_LASTING, a page", sql.OVERLAPPING_LASTING, [1_200_000, 1_100_000, -1, "", "", 100]],
    ["OLDEST", sql.OLDEST, []],
    ["PURGE", sql.PURGE, [1_070_000, 10]],
    ["PURGE_EARLIER_USERS", sql.PURGE_EARLIER_USERS, keys],
    ["PURGE_INSTANCES", sql.PURGE_INSTANCES, [1]],
    ["readRollups of all", sql.readRollups(undefined), ["", [0], [day]]],
    ["readRollups of a dimension", sql.readRollups("os"), ["os.name", [0], [day]]],
    ["DROP_ROLLUP_DIVIDED", sql.DROP_ROLLUP_DIVIDED, [0, day]],
    ["PURGE_ROLLUP_DIVIDED", sql.PURGE_ROLLUP_DIVIDED, [day, 10]],
    ["ERASE_ROLLUP_DIVIDED", sql.ERASE_ROLLUP_DIVIDED, ["u3"]],
    ["DROP_ROLLUPS", sql.DROP_ROLLUPS, [0, day]],
    ["DROP_ROLLUP_USERS", sql.DROP_ROLLUP_USERS, [0, day]],
    ["ERASE_ROLLUP_USER", sql.ERASE_ROLLUP_USER, ["u3"]],
  ])("%s has an index to go by", async (name, text, values) => expectIndexed(name, await planOf(text, values)));

  test("a query without an index would be found", async () => {
    const plan = await planOf("SELECT * FROM monitor_connections WHERE host = $1", ["x"]);
    expect(() => expectIndexed("it", plan)).toThrow("reads a whole table");
  });
});
