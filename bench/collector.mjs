import { join } from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { createClient } from "@clickhouse/client";
import { EVENTS } from "./collector/beacon.mjs";
import { memoryReport, watchMemory } from "./collector/memory.mjs";
import { startCollector } from "./collector/process.mjs";
import { createSender } from "./collector/sender.mjs";
import { quantile } from "./lib/stats.mjs";
import { ratio, table } from "./lib/table.mjs";

const WARM_MS = 3_000;
const FLOOD_MS = 15_000;
const PACE_MS = 60_000;
const AT_ONCE = 32;
/** Rows of one raw insert, about what the collector's writer puts into one block. */
const BLOCK_ROWS = 50_000;
const RAW_BLOCKS = 10;

/**
 * What the collector takes on this machine: events acknowledged a second through the intake, beside the rows a second
 * that the engine takes by itself; then the time until the answer at half that load. Sender, collector and engine share
 * the processors. `SOJOURN_BENCH_MINUTES` sets how long the half load lasts, one minute by default: memory should not grow.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} a report
 */
export async function collectorRate(root, env) {
  const paceMs = Number(env.SOJOURN_BENCH_MINUTES ?? 1) * PACE_MS;
  const collector = await startCollector(root);
  try {
    const sender = createSender(collector.intake);
    let beacons;
    let times;
    let lagMs;
    let memory;
    try {
      await sender.flood({ ms: WARM_MS, atOnce: AT_ONCE });
      await collector.untilStored(sender.lastSession());
      beacons = await sender.flood({ ms: FLOOD_MS, atOnce: AT_ONCE });
      const began = performance.now();
      await collector.untilStored(sender.lastSession());
      lagMs = performance.now() - began;
      const watch = watchMemory(collector.memory);
      times = await sender.pace({ ms: paceMs, perSecond: beacons / 2 });
      memory = watch.stop();
    } finally {
      sender.stop();
      await collector.stop();
    }
    const raw = await rawRate(root, collector.data);
    return report({ acknowledged: beacons * EVENTS, raw, times, lagMs, memory });
  } finally {
    await collector.remove();
  }
}

/**
 * Inserts rows that the collector stored once more, by themselves and ready as text, into a table like theirs.
 *
 * @param {string} root
 * @param {string} data
 * @returns {Promise<number>} rows a second
 */
async function rawRate(root, data) {
  const { startEngine } = await load(root, "packages/collector/dist/engine/start.js");
  const { silentLog } = await load(root, "packages/collector/dist/index.js");
  const engine = await startEngine({ directory: join(data, "engine"), database: "sojourn", log: silentLog });
  const { url, agent, password } = engine;
  const client = createClient({ url, password, database: "sojourn", http_agent: agent, set_basic_auth_header: true });
  try {
    const result = await client.query({
      query: `SELECT * FROM resources LIMIT ${BLOCK_ROWS}`,
      format: "JSONCompactEachRow",
    });
    const text = await result.text();
    const count = text.trimEnd().split("\n").length;
    await client.command({ query: "CREATE TABLE raw AS resources" });
    const began = performance.now();
    for (let block = 0; block < RAW_BLOCKS; block += 1) {
      const { stream } = await client.exec({
        query: "INSERT INTO raw FORMAT JSONCompactEachRow",
        values: Readable.from([text], { objectMode: false }),
        clickhouse_settings: { insert_deduplication_token: `raw-${block}` },
      });
      stream.resume();
      await finished(stream);
    }
    return (count * RAW_BLOCKS) / ((performance.now() - began) / 1000);
  } finally {
    await client.close();
    await engine.stop();
  }
}

/**
 * @param {string} root
 * @param {string} path
 */
function load(root, path) {
  return import(pathToFileURL(join(root, path)).href);
}

/**
 * @param {{ acknowledged: number, raw: number, times: number[], lagMs: number, memory: import("./collector/memory.mjs").Sample[] }} result
 *   events a second, rows a second, ms
 */
function report({ acknowledged, raw, times, lagMs, memory }) {
  const stored = (acknowledged * FLOOD_MS) / (FLOOD_MS + lagMs);
  const rows = [
    ["acknowledged through POST /v1/rum", acknowledged.toFixed(0), ratio(acknowledged, raw)],
    ["and stored, the catching up afterwards included", stored.toFixed(0), ratio(stored, raw)],
    ["the engine's own insert, same rows", raw.toFixed(0), "1.00"],
  ];
  return `## Collector: beacons of ${EVENTS} events

${table(["", "events a second", "ratio"], rows)}

Answer at half that load: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms over ${times.length} beacons.

${memoryReport(memory)}`;
}
