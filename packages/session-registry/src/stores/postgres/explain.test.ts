import { findPostgres, type PostgresServer, startPostgres } from "@sojourn/test-servers";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as shared from "../sql.js";
import { openPostgresStore } from "./index.js";
import * as sql from "./sql.js";

const QUERIES: Readonly<Record<string, readonly [text: string, values: readonly unknown[]]>> = {
  find: [shared.FIND, ["g5"]],
  findAll: [sql.FIND_ALL, [["g5", "g6"]]],
  sessionsOf: [shared.OF_USER, ["u5"]],
  lockedOfUser: [sql.LOCKED_OF_USER, ["u5"]],
  replace: [shared.REPLACE, [2, 1, "{}", "g5", 1]],
  marks: [shared.MARKS, ["u5"]],
  marksAsked: [sql.MARKS_ASKED, ["u5", ["c:DE"]]],
  crowded: [shared.CROWDED, ["u5", "u5", 300]],
  audit: [shared.AUDIT, [19_900, 100]],
  auditOf: [shared.AUDIT_OF, ["u5", 0, 100]],
  notice: [shared.NOTICE, ["n5"]],
  noticesOf: [shared.NOTICES_OF, ["u5", 0, 50]],
  claim: [sql.CLAIM, [10, 5, 5, 20]],
  settle: [shared.SETTLE, ["sent", 1, 1, "{}", "n5"]],
  purgeOver: [shared.PURGE_OVER, [10, 1000]],
  purgeEnded: [shared.PURGE_ENDED, [10, 1000]],
  purgeMarks: [shared.PURGE_MARKS, [10, 1000]],
  purgeAudit: [shared.PURGE_AUDIT, [10, 1000]],
  purgeNotices: [shared.PURGE_NOTICES, [10, 1000]],
  eraseSessions: [shared.ERASE_SESSIONS, ["u5"]],
};

describe.skipIf(findPostgres() === undefined)("queries on PostgreSQL", () => {
  let server: PostgresServer;
  let client: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
    const connection = await server.connection("explain");
    await (await openPostgresStore({ connection })).close();
    client = new pg.Client(connection);
    await client.connect();
    await client.query(
      `INSERT INTO registry_sessions SELECT 'g' || n, 'u' || n / 3, 'U' || n, 1, n, CASE WHEN n % 50 = 0 THEN n END, '{}' FROM generate_series(1, 20000) n`,
    );
    await client.query(`INSERT INTO registry_marks SELECT 'u' || n / 5, 'f:' || n, n FROM generate_series(1, 20000) n`);
    await client.query(
      `INSERT INTO registry_audit (user_id, at, data) SELECT 'u' || n / 5, n, '{}' FROM generate_series(1, 20000) n`,
    );
    await client.query(
      `INSERT INTO registry_notices SELECT 'n' || n, 'k' || n, 'u' || n / 5, n, n, CASE WHEN n % 100 = 0 THEN 'waiting' ELSE 'sent' END, 0, NULL, NULL, '{}', '{}' FROM generate_series(1, 20000) n`,
    );
    await client.query("ANALYZE");
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  test.each(Object.entries(QUERIES))("%s goes by an index", async (_name, [text, values]) => {
    const { rows } = await client.query(`EXPLAIN ${sql.numbered(text)}`, [...values]);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).not.toContain("Seq Scan");
    expect(plan).toMatch(/Index|Tid/);
  });
});
