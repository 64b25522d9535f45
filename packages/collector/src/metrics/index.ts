import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { DurableLog } from "../log/index.js";
import { measureProcess } from "./process.js";

/** What the parts of a collector tell of themselves. Labels are words of this program: their number is bounded. */
export interface Metrics {
  /** A request was answered. */
  answered(route: string, method: string, status: number, seconds: number): void;
  /** What became of a beacon's events; of the rejected ones why, as `field: reason`. */
  counted(events: { accepted: number; duplicate: number; silenced: number; rejected: readonly string[] }): void;
  /** The store took a block. `newest`: when its last record was received, epoch ms. */
  inserted(seconds: number, newest: number): void;
  /** The store did not take a block; it is tried again. */
  insertFailed(): void;
  /** The store refused a record, which was set aside. */
  setAside(): void;
  /** The embedded engine ended and is started again. */
  engineRestarted(): void;
  /** Text for Prometheus, and its content type. */
  read(): Promise<{ text: string; type: string }>;
  /** Ends what measures by itself. */
  stop(): void;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** There are fewer. Nothing that a sender writes may make a label, and this holds where that was forgotten. */
const MOST_REASONS = 50;
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const INSERT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * @param log what waits for the store.
 * @param now epoch ms.
 */
export function createMetrics(
  log: Pick<DurableLog, "pendingBytes" | "isFull" | "waitingSince">,
  now: () => number,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const stopMeasuring = measureProcess(registry);

  const requests = new Histogram({
    name: "sojourn_http_request_seconds",
    help: "Time from a request to its answer.",
    labelNames: ["route", "method", "status"],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const events = new Counter({
    name: "sojourn_events_total",
    help: "Events that came in beacons which were kept, by what became of them.",
    labelNames: ["outcome"],
    registers,
  });
  const rejected = new Counter({
    name: "sojourn_events_rejected_total",
    help: "Events that were rejected, by the reason.",
    labelNames: ["reason"],
    registers,
  });
  const reasons = new Set<string>();
  const inserts = new Histogram({
    name: "sojourn_store_insert_seconds",
    help: "Time in which the store took a block of the log, all its tables.",
    buckets: INSERT_SECONDS,
    registers,
  });
  const failures = new Counter({
    name: "sojourn_store_insert_failures_total",
    help: "Blocks that the store did not take; they are tried again.",
    registers,
  });
  const refused = new Counter({
    name: "sojourn_refused_records_total",
    help: "Records that the store refused and that were set aside.",
    registers,
  });
  const restarts = new Counter({
    name: "sojourn_engine_restarts_total",
    help: "How often the embedded engine ended by itself and was started again.",
    registers,
  });
  let newestStored = 0;
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("sojourn_log_pending_bytes", "Bytes of the log that the store does not have yet.", () => log.pendingBytes);
  gauge("sojourn_log_full", "1 while the log takes no more beacons.", () => Number(log.isFull));
  gauge(
    "sojourn_store_lag_seconds",
    "How far the store is behind: for how long the oldest record at most waits for it.",
    () => (log.waitingSince === undefined ? 0 : Math.max(0, now() - Math.max(log.waitingSince, newestStored)) / 1000),
  );

  return {
    answered: (route, method, status, seconds) =>
      requests.observe({ route, method: METHODS.has(method) ? method : "other", status: String(status) }, seconds),
    counted({ accepted, duplicate, silenced, rejected: flaws }) {
      const outcomes = { accepted, duplicate, silenced, rejected: flaws.length };
      for (const [outcome, count] of Object.entries(outcomes)) events.inc({ outcome }, count);
      for (const flaw of flaws) {
        // Behind its first part a field's path has names of the page's own making.
        const reason = flaw.slice(flaw.lastIndexOf(": ") + 2);
        if (reasons.size < MOST_REASONS) reasons.add(reason);
        rejected.inc({ reason: reasons.has(reason) ? reason : "other" });
      }
    },
    inserted(seconds, newest) {
      inserts.observe(seconds);
      newestStored = Math.max(newest, newestStored);
    },
    insertFailed: () => failures.inc(),
    setAside: () => refused.inc(),
    engineRestarted: () => restarts.inc(),
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    stop: stopMeasuring,
  };
}
