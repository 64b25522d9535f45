import { between, type Condition, conditions, type Filters } from "../query/filters.js";
import type { Store } from "../store/index.js";

/** A stretch of time that holds at least one row. */
export interface Window {
  /** Epoch ms, inclusive and exclusive, narrowed to what was asked for. */
  from: number;
  to: number;
  rows: number;
  /** UTC, as exactly as the stretch is: `2026-11-25`, `2026-11-25T13` or `2026-11-25T1305`. */
  name: string;
}

const STEPS = [
  { unit: "toStartOfDay", ms: 86_400_000, name: (iso: string) => iso.slice(0, 10) },
  { unit: "toStartOfHour", ms: 3_600_000, name: (iso: string) => iso.slice(0, 13) },
  { unit: "toStartOfMinute", ms: 60_000, name: (iso: string) => iso.slice(0, 16).replace(":", "") },
];

/**
 * UTC days, newest first; those with more than `most` rows as hours, and such hours as minutes. The rows of a table do not lie
 * by date, so that every question for some of them costs a look at all: the fewer questions the better, as far as an answer
 * may be large.
 *
 * @param tables with what stands behind each one's name in a query.
 */
export async function windowsOf(
  store: Store,
  tables: readonly string[],
  period: Pick<Filters, "from" | "to">,
  narrowedBy: Condition,
  most: number,
  step = 0,
): Promise<Window[]> {
  const [{ unit, ms, name } = { unit: "", ms: 0, name: String }, finer] = STEPS.slice(step);
  const where = conditions([narrowedBy, ...between("date", period)]);
  const counts = tables.map((table) => `SELECT date FROM ${table} WHERE ${where.sql}`).join(" UNION ALL ");
  const found = await store.query<{ start: number; rows: number }>(
    `SELECT toUnixTimestamp(${unit}(toDateTime(date, 'UTC'))) * 1000 AS start, count() AS rows FROM (${counts})
    GROUP BY start ORDER BY start DESC`,
    where.parameters,
  );
  const windows: Window[] = [];
  for (const { start, rows } of found) {
    const from = Math.max(start, period.from ?? start);
    const to = Math.min(start + ms, period.to ?? Number.MAX_SAFE_INTEGER);
    if (rows > most && finer)
      windows.push(...(await windowsOf(store, tables, { from, to }, narrowedBy, most, step + 1)));
    else windows.push({ from, to, rows, name: name(new Date(start).toISOString()) });
  }
  return windows;
}

/** Neighbours put together, as far as they have no more than `most` rows; nothing lies between them. */
export function merged(windows: readonly Window[], most: number): Window[] {
  const together: Window[] = [];
  for (const window of windows) {
    const last = together.at(-1);
    if (last && last.rows + window.rows <= most) {
      together[together.length - 1] = { ...last, from: window.from, rows: last.rows + window.rows };
    } else together.push(window);
  }
  return together;
}
