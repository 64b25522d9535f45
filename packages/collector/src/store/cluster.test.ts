import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Engine, startEngine } from "../engine/start.js";
import { silentLog } from "../lib/logger.js";
import { createQueries } from "../query/index.js";
import { blocksOf } from "../rows/index.js";
import type { LogRecord } from "../rows/record.js";
import { at, beacon, errorEvent, NOON, resourceEvent, session, view, viewEvent } from "../testing/beacons.js";
import { temporaryDirectory } from "../testing/collector.js";
import { alterationOf, forCluster, onEveryServer, type Place } from "./cluster.js";
import { createStore, type Store } from "./index.js";
import { migrate, readMigrations } from "./migrate.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PLACE: Place = { cluster: "one", database: "sojourn" };
const LOCAL = "<shard><replica><host>localhost</host><port>9000</port></replica></shard>";
/** Clusters of the engine itself: it is their one shard, or two of them. */
const CONFIG = `<clickhouse>
  <tcp_port>9000</tcp_port>
  <remote_servers><one>${LOCAL}</one><twice>${LOCAL}${LOCAL}</twice></remote_servers>
</clickhouse>`;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let engine: Engine;
let plain: Store;
beforeAll(async () => {
  directory = await temporaryDirectory();
  const configFile = join(directory.path, "config.xml");
  await writeFile(configFile, CONFIG);
  engine = await startEngine({ directory: directory.path, database: "sojourn", log: silentLog, configFile });
  plain = createStore({ ...engine, database: "sojourn" });
});
afterAll(async () => {
  await plain.close();
  await engine.stop();
  await directory.remove();
});

async function rendered(): Promise<string[]> {
  const statements = (await readMigrations()).flatMap((migration) => migration.statements);
  return statements.flatMap((statement) => forCluster(statement, PLACE));
}

test("a table is one of rows, replicated on each shard, and one that spreads them by their identity", () => {
  const statement = `CREATE TABLE IF NOT EXISTS things
(
  application_id LowCardinality(String),
  thing_id String CODEC(ZSTD(3)),
  version UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (application_id, thing_id, version)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1`;
  expect(forCluster(statement, PLACE)).toEqual([
    `CREATE TABLE IF NOT EXISTS sojourn.things_local ON CLUSTER 'one'
(
  application_id LowCardinality(String),
  thing_id String CODEC(ZSTD(3)),
  version UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/things', '{replica}', version)
ORDER BY (application_id, thing_id, version)
SETTINGS replicated_deduplication_window = 10000, fsync_after_insert = 1`,
    `CREATE TABLE IF NOT EXISTS sojourn.things ON CLUSTER 'one' AS sojourn.things_local
ENGINE = Distributed('one', 'sojourn', 'things_local', cityHash64(application_id, thing_id))`,
  ]);
});

test("a column is added to both, an expiry to the one with the rows", () => {
  expect(
    forCluster("ALTER TABLE things ADD COLUMN a String CODEC(ZSTD(3)) AFTER b, ADD COLUMN c UInt8", PLACE),
  ).toEqual([
    "ALTER TABLE sojourn.things_local ON CLUSTER 'one' ADD COLUMN a String CODEC(ZSTD(3)) AFTER b, ADD COLUMN c UInt8",
    "ALTER TABLE sojourn.things ON CLUSTER 'one' ADD COLUMN a String AFTER b, ADD COLUMN c UInt8",
  ]);
  expect(forCluster("ALTER TABLE things MODIFY TTL date + INTERVAL 1 DAY", PLACE)).toEqual([
    "ALTER TABLE sojourn.things_local ON CLUSTER 'one' MODIFY TTL date + INTERVAL 1 DAY",
  ]);
});

test.each([
  "INSERT INTO things SELECT 1",
  "CREATE TABLE things (a String) ENGINE = MergeTree ORDER BY a",
  "ALTER TABLE things ADD COLUMN a String, MODIFY TTL date",
  "CREATE MATERIALIZED VIEW IF NOT EXISTS sums AS SELECT 1",
])("what nobody has thought of for a cluster is no migration: %s", (statement) => {
  expect(() => forCluster(statement, PLACE)).toThrow("not known for clusters");
});

test("every statement for a cluster is one that the engine can read", async () => {
  const others = [
    onEveryServer("migrations", "version UInt32", "ReplacingMergeTree", "version", PLACE),
    alterationOf("errors", "DELETE WHERE session_id = 'x' SETTINGS mutations_sync = 2", PLACE),
    "CREATE DATABASE IF NOT EXISTS sojourn ON CLUSTER 'one'",
  ];
  for (const statement of [...(await rendered()), ...others]) {
    expect(statement).toContain(" ON CLUSTER 'one'");
    const [row] = await plain.query<{ text: string }>("SELECT formatQuery({statement:String}) AS text", { statement });
    expect(row?.text).toContain("ON CLUSTER");
  }
  await expect(plain.query("SELECT formatQuery('ALTER TABLE x ON CLUSTER ADD')")).rejects.toThrow("Syntax error");
});

/** The statements for a cluster, done by one engine that has no keeper: tables are not replicated. */
function withoutKeeper(place: Place): Store {
  const store = createStore({ ...engine, ...place });
  const command: Store["command"] = async (sql, parameters) => {
    const alone = sql.replace(` ON CLUSTER '${place.cluster}'`, "");
    return store.command(alone.replace(/\bReplicated(\w+)\('[^']*', '[^']*'(?:, (\w+))?\)/, "$1($2)"), parameters);
  };
  const alter: Store["alter"] = (table, change, parameters) => command(alterationOf(table, change, place), parameters);
  return { ...store, command, alter };
}

const CLIENT = {
  ip: "",
  country: "",
  browser: "",
  browser_version: "",
  os: "",
  os_version: "",
  device: "",
  bot: false,
};

/** Pages of sessions, some of two pages, each page told of twice. */
function records(): LogRecord[] {
  return Array.from({ length: 60 }, (_, n) => {
    const page = n % 30;
    const { application_id, sdk } = beacon();
    return {
      r: 1,
      received_at: at(n),
      client: CLIENT,
      application_id,
      sdk,
      page: { page_id: `p${page}`, page_started_at: at(-60_000) },
      sessions: [session({ session_id: `s${page % 20}`, session_error_count: 1, session_resource_count: 1 })],
      views: [view({ view_id: `v${page}`, view_url: `https://shop.example/${page % 3 === 0 ? "cart" : "list"}` })],
      users: [{ user_id: `u${page % 7}` }],
      events: [
        viewEvent({ seq: 1, document_version: n < 30 ? 2 : 1, largest_contentful_paint: (1_000_000 * page) as never }),
        errorEvent({ seq: 2, error_message: `it broke ${page % 2}` }),
        resourceEvent({ seq: 3 }),
      ],
    } satisfies LogRecord;
  });
}

/** Everything that can be asked, with what makes answers differ by how rows lie. */
const QUESTIONS = [
  "sessions",
  "sessions?user_id=u3",
  "sessions?path_group=/cart",
  "sessions?limit=7",
  "sessions/s4",
  "views",
  "views?path_group=/cart",
  "events",
  "events?type=error&limit=9",
  "events?session_id=s4",
  "errors",
  "errors?user_id=u3",
  "vitals",
  "vitals?group_by=path_group",
  "attribution",
  "overhead",
  "resources",
  "delivery",
  "delivery?session_id=s4",
];

async function answersOf(store: Store): Promise<Map<string, unknown>> {
  const limits = { seconds: 30, memoryBytes: 1024 ** 3, atOnce: 4 };
  const queries = createQueries(store, { log: silentLog, now: () => NOON, limits });
  const answers = new Map<string, unknown>();
  for (const question of QUESTIONS) {
    const response = await queries(new Request(`http://c.test/v1/${question}`), "read");
    answers.set(question, [response?.status, await response?.json()]);
  }
  return answers;
}

async function fill(store: Store): Promise<void> {
  await migrate(store);
  const all = records();
  for (const [part, of] of [all.slice(0, 30), all.slice(30)].entries()) {
    for (const [table, block] of await blocksOf(of, () => undefined)) await store.insert(table, block, `${part}`);
  }
}

async function drop(engines: string): Promise<void> {
  const found = await plain.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'sojourn' AND engine LIKE {engines:String}",
    { engines },
  );
  expect(found.length).toBeGreaterThan(0);
  for (const { name } of found) await plain.command(`DROP TABLE ${name}`);
}

test("through the tables of a cluster, every question is answered as by one server", async () => {
  await fill(plain);
  const wanted = await answersOf(plain);
  for (const [question, answer] of wanted) expect([question, answer]).toEqual([question, [200, expect.anything()]]);
  await drop("%");

  const store = withoutKeeper(PLACE);
  await fill(store);
  for (const [question, answer] of await answersOf(store)) {
    expect([question, answer]).toEqual([question, wanted.get(question)]);
  }
  await store.alter("errors", "DELETE WHERE session_id = 's4' SETTINGS mutations_sync = 2");
  const [left] = await store.query<{ rows: number }>("SELECT count() AS rows FROM errors WHERE session_id = 's4'");
  expect(left).toEqual({ rows: 0 });
  await store.close();
});

test("no question is one that cannot be asked of several shards", async () => {
  await drop("Distributed");
  const store = withoutKeeper({ ...PLACE, cluster: "twice" });
  for (const { statements } of await readMigrations()) {
    const all = statements.flatMap((statement) => forCluster(statement, { ...PLACE, cluster: "twice" }));
    for (const statement of all.filter((one) => one.includes("ENGINE = Distributed"))) await store.command(statement);
  }
  for (const [question, answer] of await answersOf(store)) {
    expect([question, answer]).toEqual([question, [200, expect.anything()]]);
  }
  const [row] = await store.query<{ rows: number }>("SELECT count() AS rows FROM views FINAL");
  expect(row).toEqual({ rows: 60 });
  await store.close();
});

test("a store is a cluster's from the start, or never", async () => {
  const store = createStore({ ...engine, ...PLACE });
  await expect(migrate(store)).rejects.toThrow(
    "The tables of the database sojourn are not a cluster's: choose another store.database, or leave store.cluster out.",
  );
  await store.close();
});
