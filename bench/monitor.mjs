import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { findPostgres, startPostgres } from "@sojourn/test-servers";
import Database from "libsql";
import pg from "pg";
import { ratio, table } from "./lib/table.mjs";
import { DAYS, fill, START } from "./monitor/documents.mjs";

const CONNECTIONS = 100_000;
const DAY = 86_400_000;

/**
 * What the session monitor costs: 100,000 connections of one process, then figures over a month of documents; on SQLite
 * and on PostgreSQL side by side. SOJOURN_BENCH_DOCUMENTS says how many documents, 100,000 when not given.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} a report
 */
export async function monitorCost(root, env) {
  const documents = Number(env.SOJOURN_BENCH_DOCUMENTS ?? 100_000);
  const folder = await mkdtemp(join(tmpdir(), "sojourn-bench-"));
  const server = findPostgres() === undefined ? undefined : await startPostgres();
  try {
    const load = (/** @type {string} */ name) =>
      import(pathToFileURL(join(root, "packages/session-monitor/dist", name)).href);
    const { createSessionMonitor } = await load("index.js");
    const { openSqliteStore } = await load("stores/sqlite/index.js");
    const { openPostgresStore } = await load("stores/postgres/index.js");
    const file = join(folder, "monitor.db");
    const connection = await server?.connection("bench");
    const places = [
      {
        name: "SQLite",
        open: () => openSqliteStore({ path: file }),
        fill() {
          const database = new Database(file);
          for (const text of fill("sqlite", documents)) database.exec(text);
          database.close();
        },
      },
      ...(connection
        ? [
            {
              name: "PostgreSQL",
              open: () => openPostgresStore({ connection: { ...connection, query_timeout: 600_000 } }),
              async fill() {
                const client = new pg.Client(connection);
                await client.connect();
                for (const text of [...fill("postgres", documents), "ANALYZE"]) await client.query(text);
                await client.end();
              },
            },
          ]
        : []),
    ];
    const results = [];
    for (const { name, open, fill } of places) {
      const store = await open();
      const live = await ofConnections(createSessionMonitor, store);
      await fill();
      const past = await ofDocuments(createSessionMonitor, store);
      await store.close();
      results.push({ name, ...live, ...past });
    }
    return report(results, documents);
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {typeof import("@sojourn/session-monitor").createSessionMonitor} createSessionMonitor
 * @param {any} store
 */
async function ofConnections(createSessionMonitor, store) {
  let worst = 0;
  const beat = async (/** @type {unknown[]} */ ...values) => {
    const began = performance.now();
    const result = await store.beat(...values);
    worst = Math.max(worst, performance.now() - began);
    return result;
  };
  const before = heap();
  const monitor = createSessionMonitor({ store: { ...store, beat }, queueLimit: CONNECTIONS, jobs: false });
  const seen = { host: "chat.example", client: { os: { name: "iOS", version: "12.0" } } };
  const opening = performance.now();
  const handles = Array.from({ length: CONNECTIONS }, () => monitor.open({ seen }));
  await monitor.flush();
  const openMs = performance.now() - opening;
  const bytes = (heap() - before) / CONNECTIONS;
  const beatMs = [];
  for (let round = 0; round < 3; round += 1) {
    for (const handle of handles) handle.activity();
    const began = performance.now();
    await monitor.beat();
    beatMs.push(performance.now() - began);
  }
  const ending = performance.now();
  await monitor.stop();
  const stopMs = performance.now() - ending;
  return { openMs, bytes, beatMs: beatMs.sort((a, b) => a - b)[1] ?? 0, worst, stopMs };
}

/**
 * @param {typeof import("@sojourn/session-monitor").createSessionMonitor} createSessionMonitor
 * @param {any} store
 */
async function ofDocuments(createSessionMonitor, store) {
  const now = START + (DAYS + 1) * DAY;
  const clock = { now: () => now, after: () => () => {} };
  const monitor = createSessionMonitor({ store, clock, jobs: false, retention: { days: 3650 } });
  const query = /** @type {const} */ ({ from: START, to: START + DAYS * DAY, bucket: "day", by: ["os.name"] });
  const timed = async (/** @type {() => Promise<any>} */ run) => {
    const began = performance.now();
    const result = await run();
    return { ms: performance.now() - began, result };
  };
  const documents = await timed(() => monitor.aggregate(query));
  // One run takes 40 days at most.
  const rolled = await timed(() => monitor.rollUp());
  const rollups = await timed(() => monitor.aggregate(query));
  if (documents.result.source !== "documents" || rollups.result.source !== "rollups")
    throw new Error(`read from ${documents.result.source} and ${rollups.result.source}`);
  if (!isDeepStrictEqual(documents.result.buckets, rollups.result.buckets))
    throw new Error("rollups and documents give different figures");
  const concurrent = await timed(() => monitor.concurrent(new Date(START + 15 * DAY)));
  return { documentsMs: documents.ms, rollMs: rolled.ms, rollupsMs: rollups.ms, concurrentMs: concurrent.ms };
}

function heap() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

/**
 * @param {readonly { name: string, openMs: number, bytes: number, beatMs: number, worst: number, stopMs: number,
 *   documentsMs: number, rollMs: number, rollupsMs: number, concurrentMs: number }[]} results
 * @param {number} documents
 */
function report(results, documents) {
  const [first, second] = results;
  /** @param {string} name @param {(result: typeof results[number]) => number} of @param {number} digits */
  const row = (name, of, digits = 0) => [
    name,
    ...results.map((result) => of(result).toFixed(digits)),
    ...(first && second ? [ratio(of(second), of(first))] : []),
  ];
  const head = ["", ...results.map(({ name }) => name), ...(second ? ["ratio"] : [])];
  return `## Session monitor: ${CONNECTIONS} connections of one process

${table(head, [
  row("opening and storing all, ms", ({ openMs }) => openMs),
  row("memory of one, bytes of heap", ({ bytes }) => bytes),
  row("one heartbeat of all, ms", ({ beatMs }) => beatMs),
  row("its slowest batch of 500, ms", ({ worst }) => worst, 1),
  row("stopping, all closed, ms", ({ stopMs }) => stopMs),
])}

## Session monitor: ${documents} documents of ${DAYS} days, each day by operating system

${table(head, [
  row("from documents, ms", ({ documentsMs }) => documentsMs),
  row("making all hourly rollups, ms", ({ rollMs }) => rollMs),
  row("from rollups, same figures, ms", ({ rollupsMs }) => rollupsMs),
  row("open at a moment, ms", ({ concurrentMs }) => concurrentMs),
])}`;
}
