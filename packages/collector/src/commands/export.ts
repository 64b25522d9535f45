import { createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EVENT_TYPES } from "@sojourn/core/model";
import { listEvents, listViews } from "../query/events.js";
import { between, type Cursor, conditions, equals, type Filters } from "../query/filters.js";
import { type List, listSessions } from "../query/sessions.js";
import { TABLES } from "../rows/events.js";
import type { Store } from "../store/index.js";
import { type Command, momentOf, type Terminal, usageError, wordOf } from "./command.js";
import { openOffline } from "./offline.js";
import { merged, windowsOf } from "./windows.js";

const KINDS = ["events", "views", "sessions"] as const;
const FORMATS = ["ndjson", "parquet"] as const;
type Kind = (typeof KINDS)[number];
/** Rows in memory at a time, as far as a minute has no more. */
const PART = 5_000;
/** Rows of a Parquet file, likewise; the embedded engine holds a file in memory. */
const FILE = 500_000;

export const EXPORT: Command = {
  summary: "writes what is stored as NDJSON or Parquet",
  details: `NDJSON has the objects of the query API, a line each, newest first. Parquet has the columns of the tables: a file for each
table and UTC day, in the directory of --out; days of more than half a million rows come in hours, such hours in minutes.`,
  options: {
    what: { type: "string", value: "KIND", help: `${KINDS.join(", ")} (default events)` },
    format: { type: "string", value: "FORMAT", help: `${FORMATS.join(" or ")} (default ndjson)` },
    application: { type: "string", value: "ID", help: "of this application only" },
    from: { type: "string", value: "TIME", help: "not before: a day, a time or epoch ms" },
    to: { type: "string", value: "TIME", help: "before" },
    out: { type: "string", value: "PATH", help: "a file, or for Parquet a directory (default: standard output)" },
  },
  async run(config, values, terminal) {
    const what = wordOf("what", values.text("what"), KINDS, "events");
    const format = wordOf("format", values.text("format"), FORMATS, "ndjson");
    const out = values.text("out");
    if (format === "parquet" && out === undefined) throw usageError("out", "must name a directory for Parquet");
    const filters: Filters = { limit: PART };
    const application = values.text("application");
    const from = momentOf("from", values.text("from"));
    const to = momentOf("to", values.text("to"));
    if (application !== undefined) filters.application_id = application;
    if (from !== undefined) filters.from = from;
    if (to !== undefined) filters.to = to;

    const { store, drain, close } = await openOffline(config, { withLog: !config.store });
    try {
      if (!config.store) await drain();
      const count =
        format === "parquet"
          ? await parquet(store, what, filters, out ?? "", terminal)
          : await ndjson(store, what, filters, out, terminal);
      terminal.err(`${count} ${what} exported\n`);
    } finally {
      await close();
    }
    return 0;
  },
};

const READ: Record<Kind, (store: Store, filters: Filters) => Promise<List<unknown>>> = {
  events: listEvents,
  views: listViews,
  sessions: listSessions,
};

const ofApplication = ({ application_id }: Filters) => equals("application_id", application_id);

/** Tables that a kind is in, as a query names them. */
function tablesOf(what: Kind): { table: string; source: string }[] {
  if (what === "sessions") return [{ table: "sessions", source: "sessions" }];
  const types = EVENT_TYPES.filter((type) => (type === "view") === (what === "views"));
  return types.map((type) => ({ table: TABLES[type], source: `${TABLES[type]} FINAL` }));
}

async function ndjson(
  store: Store,
  what: Kind,
  filters: Filters,
  path: string | undefined,
  { data }: Terminal,
): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    const sources = tablesOf(what).map(({ source }) => source);
    const windows = await windowsOf(store, sources, filters, ofApplication(filters), PART);
    for (const { from, to } of merged(windows, PART)) {
      for (let cursor: Cursor | undefined; ; ) {
        const { items, next } = await READ[what](store, { ...filters, from, to, ...(cursor && { cursor }) });
        count += items.length;
        if (items.length) yield `${items.map((item) => JSON.stringify(item)).join("\n")}\n`;
        if (next === null) break;
        cursor = JSON.parse(Buffer.from(next, "base64url").toString("utf8"));
      }
    }
  }
  if (path === undefined) for await (const part of lines()) await data(part);
  else {
    // A file that is there is whole.
    await pipeline(lines, createWriteStream(`${path}.part`, { mode: 0o600 }));
    await rename(`${path}.part`, path);
  }
  return count;
}

async function parquet(
  store: Store,
  what: Kind,
  filters: Filters,
  directory: string,
  { err }: Terminal,
): Promise<number> {
  let count = 0;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const { table, source } of tablesOf(what)) {
    for (const { from, to, rows, name } of await windowsOf(store, [source], filters, ofApplication(filters), FILE)) {
      const where = conditions([ofApplication(filters), ...between("date", { from, to })]);
      const path = join(directory, `${table}-${name}.parquet`);
      const stream = await store.stream(`SELECT * FROM ${source} WHERE ${where.sql} FORMAT Parquet`, where.parameters);
      await pipeline(stream, createWriteStream(`${path}.part`, { mode: 0o600 }));
      await rename(`${path}.part`, path);
      err(`${path}: ${rows} rows\n`);
      count += rows;
    }
  }
  return count;
}
