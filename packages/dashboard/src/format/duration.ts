import type { Ns } from "@sojourn/core/model";

/** Shown where nothing was recorded. */
export const NONE = "–";

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Nanoseconds for people: `0.4 ms`, `123 ms`, `1.24 s`, `2 min 5 s`, `1 h 12 min`. */
export const formatNs = (ns: Ns | undefined): string => (ns === undefined ? NONE : formatMs(ns / 1e6));

/** Milliseconds for people, as {@link formatNs}. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${tenth.format(ms)} ms`;
  if (ms < 999.5) return `${whole.format(ms)} ms`;
  if (ms < 9_995) return `${hundredth.format(ms / 1000)} s`;
  if (ms < 59_950) return `${tenth.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(seconds, 60, "min", "s");
  return pair(Math.round(seconds / 60), 60, "h", "min");
}

function pair(small: number, ratio: number, large: string, unit: string): string {
  const rest = small % ratio;
  return `${whole.format(Math.floor(small / ratio))} ${large}${rest === 0 ? "" : ` ${rest} ${unit}`}`;
}

/** Where on a stopwatch: `0.000`, `12.345`, `1:02.345`, `1:02:03.345`. `digits` are those after the point. */
export function formatStopwatch(ms: number, digits = 3): string {
  const sign = ms < 0 ? "−" : "";
  const unit = 10 ** digits;
  const total = Math.round((Math.abs(ms) / 1000) * unit);
  const seconds = Math.floor(total / unit);
  const fraction = digits === 0 ? "" : `.${String(total % unit).padStart(digits, "0")}`;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${sign}${h}:${two(m)}:${two(s)}${fraction}`;
  if (m > 0) return `${sign}${m}:${two(s)}${fraction}`;
  return `${sign}${s}${fraction}`;
}

const two = (n: number) => String(n).padStart(2, "0");
