import { setTimeout as sleep } from "node:timers/promises";
import { createBreather } from "../lib/breather.js";
import { type Log, messageOf } from "../lib/logger.js";
import type { Batch, DurableLog } from "../log/index.js";
import type { Metrics } from "../metrics/index.js";
import type { Block } from "../rows/block.js";
import { type AnyRecord, blocksOf } from "../rows/index.js";
import { isDataRefused, isStoreAnswer, type Store } from "../store/index.js";
import type { RefusedRecords } from "./refused.js";

export interface Writer {
  /** Ends after the block under way, for which it waits 10 s at most; what is left stays in the log. */
  stop(): Promise<void>;
}

export interface WriterDeps {
  log: Pick<DurableLog, "arrived" | "nextBatch" | "consume" | "pendingBytes">;
  store: Pick<Store, "insert">;
  refused: RefusedRecords;
  logger: Log;
  /** Sets this log apart from those of other collectors that write to the same store. */
  logId: string;
  /** How long a stop waits for the block under way. Default 10 s. */
  stopMs?: number;
  metrics?: Pick<Metrics, "inserted" | "insertFailed" | "setAside"> | undefined;
}

const UNKNOWN_LAYOUT = "The record has a layout that this version does not know; a newer version wrote it.";
/** A block has at most this much of the log. */
const BLOCK = { records: 2_000, bytes: 4 * 1024 * 1024 };
/** How long the first record waits for company, and how long when blocks follow each other. */
const IDLE_LINGER_MS = 50;
const BUSY_LINGER_MS = 300;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;
const STOP_MS = 10_000;

/**
 * Moves the log to the store, block by block. A block stays in the log until every table has it. While the store does
 * not answer the block is tried again for ever; when it refuses the data, the block is halved until the record at fault
 * is alone, which is set aside.
 */
export function startWriter({ log, store, refused, logger, logId, metrics, stopMs = STOP_MS }: WriterDeps): Writer {
  let givenUp = false;
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});

  async function run(): Promise<void> {
    let busy = false;
    while (!signal.aborted) {
      await log.arrived(signal);
      if (signal.aborted) return;
      if (log.pendingBytes < BLOCK.bytes) await pause(busy ? BUSY_LINGER_MS : IDLE_LINGER_MS);
      try {
        await moveBlock();
      } catch (error) {
        logger.error("the log cannot be read or moved on, trying again", { error });
        await pause(LONGEST_RETRY_MS);
      }
      busy = log.pendingBytes > 0;
    }
  }

  async function moveBlock(): Promise<void> {
    const batch = await log.nextBatch(BLOCK);
    if (!batch) return;
    if (batch.damaged > 0) logger.warn("left out torn or damaged lines of the log", { lines: batch.damaged });
    const token = `${logId}-${batch.token}`;
    const [records, unknown] = sorted(batch);
    for (const [index, record] of unknown.entries()) await setAside(`${token}-v${index}`, record, UNKNOWN_LAYOUT);
    // The log may be another process's by the time that a store answers whom nobody waited for any more.
    if ((await deliver(records, token)) && !givenUp) await log.consume(batch);
  }

  /** True when the records are in the store or set aside, false when the writer was stopped before. */
  async function deliver(records: readonly AnyRecord[], token: string): Promise<boolean> {
    for (let retry = FIRST_RETRY_MS; !signal.aborted; retry = Math.min(retry * 2, LONGEST_RETRY_MS)) {
      const began = performance.now();
      try {
        await insertAll(store, records, token);
        metrics?.inserted((performance.now() - began) / 1000, records.at(-1)?.received_at ?? 0);
        return true;
      } catch (error) {
        if (isDataRefused(error)) return apart(records, token, error);
        metrics?.insertFailed();
        logger.warn("the store did not take a block, trying again", { in: `${retry}ms`, error: reasonOf(error) });
        await pause(retry * (0.5 + Math.random() / 2));
      }
    }
    return false;
  }

  async function apart(records: readonly AnyRecord[], token: string, error: Error): Promise<boolean> {
    const [first] = records;
    if (records.length <= 1) {
      logger.error("the store refused a record", { record: token, error: reasonOf(error) });
      if (first) await setAside(token, first, error.message);
      return true;
    }
    const half = Math.ceil(records.length / 2);
    return (await deliver(records.slice(0, half), `${token}-0`)) && (await deliver(records.slice(half), `${token}-1`));
  }

  async function setAside(token: string, record: unknown, reason: string): Promise<void> {
    if (await refused.keep(token, record, reason)) logger.error("a record was set aside", { record: token });
    else logger.error("a record is lost, since nothing more can be set aside", { record: token });
    metrics?.setAside();
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      const done = new AbortController();
      const { signal: over } = done;
      const bound = sleep(stopMs, "late", { signal: over }).catch(() => "done");
      if ((await Promise.race([running, bound])) === "late") {
        givenUp = true;
        logger.warn("the store did not answer in time; what it was given stays in the log");
      }
      done.abort();
    },
  };
}

/**
 * Events first and together, then what the ledger says of them, then the sessions they belong to: who sees a session sees
 * its events, and what is counted as stored is there. Tables that took the block before another failed take it again: it
 * is the same rows.
 */
async function insertAll(store: Pick<Store, "insert">, records: readonly AnyRecord[], token: string): Promise<void> {
  const blocks = await blocksOf(records, createBreather());
  const insert = ([table, block]: [string, Block]) => store.insert(table, block, `${token}-${table}`);
  const last = ["ledger", "session_pages"];
  const events = [...blocks].filter(([table]) => !last.includes(table));
  const others = last.map((name) => [...blocks].filter(([table]) => table === name));
  for (const step of [events, ...others]) {
    const results = await Promise.allSettled(step.map(insert));
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    const worst = failures.find((error) => !isDataRefused(error)) ?? failures[0];
    if (worst !== undefined) throw worst;
  }
}

/** Records of the layout that this version knows, and others. All were written by a collector: the checksum is right. */
function sorted({ records }: Batch): [known: AnyRecord[], unknown: unknown[]] {
  const isKnown = (record: unknown): record is AnyRecord => [1, 2].includes((record as AnyRecord | null)?.r ?? 0);
  return [records.filter(isKnown), records.filter((record) => !isKnown(record))];
}

/** What may be logged: an answer of the store can quote rows, so only its kind is. */
function reasonOf(error: unknown): string {
  if (isStoreAnswer(error)) return `${error.type ?? "error"} (${error.code})`;
  return messageOf(error).split("\n", 1)[0]?.slice(0, 300) ?? "";
}
