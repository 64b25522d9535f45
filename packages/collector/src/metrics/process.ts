import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";
import { ownVersion } from "../lib/version.js";

const RESOLUTION_MS = 20;
const QUANTILES = [0.5, 0.9, 0.99];

/**
 * Figures of the process itself. Fewer than the library's own set, whose measuring of the event loop and of garbage collection
 * nothing can end.
 *
 * @returns ends the measuring.
 */
export function measureProcess(registry: Registry): () => void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  const startedAt = Date.now() / 1000 - process.uptime();
  gauge("sojourn_process_start_time_seconds", "When the process began, in seconds of Unix time.", () => startedAt);
  gauge("sojourn_process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  gauge("sojourn_nodejs_heap_used_bytes", "Memory of its JavaScript objects.", () => process.memoryUsage().heapUsed);
  new Counter({
    name: "sojourn_process_cpu_seconds_total",
    help: "Processor time of the process.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "sojourn_build_info",
    help: "Always 1; the versions are its labels.",
    labelNames: ["version", "node"],
    registers,
  }).set({ version: ownVersion(), node: process.version }, 1);

  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  new Gauge({
    name: "sojourn_nodejs_eventloop_delay_seconds",
    help: "How late timers are, since these figures were read last.",
    labelNames: ["quantile"],
    registers,
    collect() {
      // Counted from the timer's start, so that what is on time has its resolution. NaN before the first.
      const late = (ns: number) => Math.max(0, (Number.isFinite(ns) ? ns : 0) / 1e9 - RESOLUTION_MS / 1000);
      for (const quantile of QUANTILES) this.set({ quantile }, late(delay.percentile(quantile * 100)));
      this.set({ quantile: "1" }, delay.count > 0 ? late(delay.max) : 0);
      delay.reset();
    },
  });
  return () => delay.disable();
}
