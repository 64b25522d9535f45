import {
  EVENT_FIELDS,
  EVENT_TYPES,
  type FieldTable,
  PAGE_CONTEXT,
  readSpec,
  SESSION_BLOCK,
  USER_CONTEXT,
} from "@sojourn/core/model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CONTEXT_COLUMNS } from "../query/columns.js";
import { blockOf } from "../rows/block.js";
import { TABLES } from "../rows/events.js";
import { rowsOf } from "../rows/index.js";
import { at, beacon, NOON, resourceEvent } from "../testing/beacons.js";
import { temporaryDirectory } from "../testing/collector.js";
import { openTestStore } from "../testing/server.js";
import type { Store } from "./index.js";
import { migrate, readMigrations } from "./migrate.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let store: Store;
let remove: () => Promise<void>;
beforeAll(async () => {
  const directory = await temporaryDirectory();
  remove = directory.remove;
  store = await openTestStore(directory.path);
});
afterAll(async () => {
  await store.close();
  await remove();
});

async function columns(table: string): Promise<Map<string, string>> {
  const rows = await store.query<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}",
    { table },
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

const TYPES = {
  word: /^LowCardinality\(String\)$/,
  id: /^String$/,
  name: /^String$/,
  text: /^String$/,
  url: /^String$/,
  object: /^String$/,
  list: /^String$/,
  ns: /^(?:Nullable\()?UInt64\)?$/,
  bytes: /^(?:Nullable\()?UInt64\)?$/,
  count: /^(?:Nullable\()?UInt32\)?$/,
  ms: /^(?:Nullable\()?DateTime64\(3, 'UTC'\)\)?$/,
  number: /^(?:Nullable\()?Float64\)?$/,
  flag: /^(?:Nullable\()?Bool\)?$/,
};

test.each(EVENT_TYPES)("every field of the model's %s has a column of its kind", async (type) => {
  const found = await columns(TABLES[type]);
  for (const [field, spec] of Object.entries(EVENT_FIELDS[type] as FieldTable)) {
    const { kind, required } = readSpec(spec);
    expect(found.get(field), `column ${field}`).toMatch(TYPES[kind]);
    const text = ["word", "id", "name", "text", "url", "object", "list"].includes(kind);
    expect(found.get(field)?.startsWith("Nullable"), `${field} can be absent`).toBe(!required && !text);
  }
  for (const field of [...Object.keys(PAGE_CONTEXT), ...Object.keys(USER_CONTEXT), ...CONTEXT_COLUMNS]) {
    expect(found.has(field), `column ${field}`).toBe(true);
  }
});

test("rows have every column of their table, and no other", async () => {
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
  const events = [
    ...beacon().events,
    resourceEvent(),
    { type: "action", seq: 4, date: at(0), action_id: "a", action_type: "click", action_name: "Buy" },
    { type: "long_task", seq: 5, date: at(0), duration: 1, long_task_entry_type: "longtask" },
    { type: "vital", seq: 6, date: at(0), vital_name: "checkout" },
  ] as ReturnType<typeof beacon>["events"];
  const rows = new Map(
    rowsOf({ r: 1, received_at: NOON, client, application_id, sdk, page, sessions, views, users: [], events }),
  );
  expect([...rows.keys()].sort()).toEqual([...Object.values(TABLES), "ledger", "session_pages"].sort());
  for (const [table, { shared, own }] of rows) {
    expect([...Object.keys(shared), ...Object.keys(own)].sort(), table).toEqual(
      [...(await columns(table)).keys()].sort(),
    );
  }
});

test("the session block reaches the sessions view", async () => {
  const pages = await columns("session_pages");
  const inTuples = ["session_referrer", "first_view", "last_view"];
  for (const field of Object.keys(SESSION_BLOCK)) {
    const column =
      field === "session_type" ? "synthetics" : field === "session_id" ? field : field.replace(/^session_/, "");
    expect(pages.has(column) || inTuples.includes(field), field).toBe(true);
  }
});

test("sessions has exactly the published columns", async () => {
  const view = ["id", "url", "host", "path", "path_group", "url_query"];
  expect([...(await columns("sessions")).keys()].sort()).toEqual(
    [
      ...["session_id", "session_type", "session_referrer", "session_has_replay", "time_spent"],
      ...view.flatMap((part) => [`session_first_view_${part}`, `session_last_view_${part}`]),
      ...["view", "error", "resource", "action", "long_task"].map((what) => `session_${what}_count`),
      ...[
        "application_id",
        "date",
        "user_id",
        "ip",
        "browser",
        "browser_version",
        "os",
        "os_version",
        "device",
        "country",
      ],
    ].sort(),
  );
});

test("migrations are applied once", async () => {
  expect(await migrate(store)).toEqual([]);
});

test("a migration that is not the one that made the tables is an error that says what to do", async () => {
  const changed = (await readMigrations()).map((migration) =>
    migration.version === 2 ? { ...migration, checksum: "0123456789abcdef" } : migration,
  );
  await expect(migrate(store, changed)).rejects.toThrow(
    "The store has another migration 2 than this version (sampling_and_visitors): start the version that made it. " +
      "A change of the tables needs a migration of its own.",
  );
});

test("a store from before migrations had checksums is taken as it is", async () => {
  await store.command("ALTER TABLE migrations UPDATE checksum = '' WHERE 1 SETTINGS mutations_sync = 1");
  expect(await migrate(store)).toEqual([]);
});

test("a store of a newer version is left alone", async () => {
  await store.insert("migrations", blockOf([{ version: 999, name: "from_the_future" }]), "future");
  await expect(migrate(store)).rejects.toThrow(
    "The store has migration 999, which this version does not know: start a newer version.",
  );
});
