import { median } from "../lib/stats.mjs";
import { ratio, table } from "../lib/table.mjs";

/** @typedef {{ collector: number, engine: number }} Sample resident memory, KiB */

/**
 * Takes the memory of both processes every second.
 *
 * @param {() => Sample} memory
 */
export function watchMemory(memory) {
  /** @type {Sample[]} */
  const samples = [];
  const timer = setInterval(() => samples.push(memory()), 1_000);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}

/**
 * The medians of the sixths: what is bounded does not grow from one to the next.
 *
 * @param {readonly Sample[]} samples
 */
export function memoryReport(samples) {
  const parts = 6;
  const of = (/** @type {"collector" | "engine"} */ name) =>
    Array.from({ length: parts }, (_, part) => {
      const from = Math.floor((part * samples.length) / parts);
      const some = samples.slice(from, Math.max(from + 1, Math.floor(((part + 1) * samples.length) / parts)));
      return median(some.map((sample) => sample[name])) / 1024;
    });
  const rows = /** @type {const} */ (["collector", "engine"]).map((name) => {
    const sixths = of(name);
    return [name, ...sixths.map((mb) => mb.toFixed(0)), ratio(sixths.at(-1) ?? 0, sixths[1] ?? 0)];
  });
  return `Memory over ${samples.length} s of that load, MiB, median of each sixth:

${table(["", "1st", "2nd", "3rd", "4th", "5th", "6th", "last to second"], rows)}`;
}
