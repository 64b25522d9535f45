import { formatStopwatch } from "../format/duration.js";
import type { Span } from "./window.js";

export interface Tick {
  /** ms after the session's beginning. */
  at: number;
  label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Steps that people count in. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12, 24].map((n) => n * HOUR),
];

/** At most `count` round moments in a window, on the session's own stopwatch. */
export function axisTicks(window: Span, count: number): Tick[] {
  const length = window.end - window.start;
  const step = STEPS.find((candidate) => length / candidate <= count) ?? Math.ceil(length / count / HOUR) * HOUR;
  const digits = step % SECOND === 0 ? 0 : step % 100 === 0 ? 1 : step % 10 === 0 ? 2 : 3;
  const ticks: Tick[] = [];
  for (let n = Math.ceil(window.start / step); n * step <= window.end && ticks.length <= count; n++) {
    ticks.push({ at: n * step, label: tickLabel(n * step, digits) });
  }
  return ticks;
}

function tickLabel(at: number, digits: number): string {
  const text = formatStopwatch(at, digits);
  return text.includes(":") ? text : `${text} s`;
}
