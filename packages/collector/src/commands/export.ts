import { createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EVENT_TYPES, type EventType } from "@sojourn/core/model";
import { listEvents, listViews } from "../query/events.js";
import { between, conditions, equals, type Filters } from "../query/filters.js";
import { type List, listSessions } from "../query/sessions.js";
import { TABLES } from "../rows/events.js";
import type { Store } from "../store/index.js";
import { type Command, momentOf, type Terminal, usageError, wordOf } from "./command.js";
import { openOffline } from "./offline.js";

const KINDS = ["events", "views", "sessions"] as const;
const FORMATS = ["ndjson", "parquet"] as const;
/** Rows in memory at a time. */
const PART = 1000;
const DAY_MS = 86_400_000;

export const EXPORT: Command = {
  summary: "writes what is stored as NDJSON or Parquet",
  details: `NDJSON has the objects of the query API, a line each, newest first. Parquet has the columns of the tables: a file for each
table and UTC day, in the directory of --out.`,
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

const READ: Record<(typeof KINDS)[number], (store: Store, filters: Filters) => Promise<List<unknown>>> = {
  events: listEvents,
  views: listViews,
  sessions: listSessions,
};

async function ndjson(
  store: Store,
  what: (typeof KINDS)[number],
  filters: Filters,
  path: string | undefined,
  { data }: Terminal,
): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    let cursor = filters.cursor;
    for (;;) {
      const { items, next } = await READ[what](store, { ...filters, ...(cursor && { cursor }) });
      count += items.length;
      if (items.length) yield `${items.map((item) => JSON.stringify(item)).join("\n")}\n`;
      if (next === null) return;
      cursor = JSON.parse(Buffer.from(next, "base64url").toString("utf8"));
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
  what: (typeof KINDS)[number],
  filters: Filters,
  directory: string,
  { err }: Terminal,
): Promise<number> {
  const tables: string[] =
    what === "sessions"
      ? ["sessions"]
      : EVENT_TYPES.filter((type) => (type === "view") === (what === "views")).map((type: EventType) => TABLES[type]);
  let count = 0;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const table of tables) {
    const final = table === "sessions" ? "" : "FINAL";
    const where = (period: Pick<Filters, "from" | "to">) =>
      conditions([equals("application_id", filters.application_id), ...between("date", period)]);
    const all = where(filters);
    const days = await store.query<{ day: string; rows: number }>(
      `SELECT toString(toDate(date)) AS day, count() AS rows FROM ${table} ${final} WHERE ${all.sql} GROUP BY day ORDER BY day`,
      all.parameters,
    );
    for (const { day, rows } of days) {
      const start = Date.parse(day);
      const part = where({
        from: Math.max(start, filters.from ?? 0),
        to: Math.min(start + DAY_MS, filters.to ?? Number.MAX_SAFE_INTEGER),
      });
      const path = join(directory, `${table}-${day}.parquet`);
      const stream = await store.stream(
        `SELECT * FROM ${table} ${final} WHERE ${part.sql} FORMAT Parquet`,
        part.parameters,
      );
      await pipeline(stream, createWriteStream(`${path}.part`, { mode: 0o600 }));
      await rename(`${path}.part`, path);
      err(`${path}: ${rows} rows\n`);
      count += rows;
    }
  }
  return count;
}
