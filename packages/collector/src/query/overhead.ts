import type { Store } from "../store/index.js";
import { between, conditions, type Filters, ofEvents } from "./filters.js";
import { EVENT_PARAMETERS, type ParameterName } from "./parameters.js";

/** What the SDK itself cost pages, as it measured it. */
export interface Overhead {
  /** Views that told of it. */
  views: number;
  /** Of the main thread, a view: nanoseconds. */
  time_p50: number | null;
  time_p75: number | null;
  time_p95: number | null;
  /** How much of the time that views were in front, 0 to 1. */
  time_share: number | null;
  /** Bytes of bodies, a view. */
  sent_bytes_p50: number | null;
  sent_bytes_p95: number | null;
  sent_bytes_total: number;
}

export const OVERHEAD_PARAMETERS: readonly ParameterName[] = [...EVENT_PARAMETERS, "from", "to"];
const DAY_MS = 86_400_000;

/** Over the newest version of each view in the period: by default the last 7 days. */
export async function readOverhead(store: Store, filters: Filters, now: number): Promise<Overhead> {
  const end = filters.to ?? now + 1;
  const period = { from: filters.from ?? Math.max(0, end - 7 * DAY_MS), to: end };
  const where = conditions([...ofEvents(filters), ...between("date", period)]);
  const [row] = await store.query<{ views: number; time: number[]; share: number; bytes: number[]; total: number }>(
    `SELECT count() AS views, quantilesTDigest(0.5, 0.75, 0.95)(assumeNotNull(sdk_time)) AS time,
      sum(sdk_time) / greatest(1, sumIf(foreground_time, isNotNull(foreground_time))) AS share,
      quantilesTDigest(0.5, 0.95)(ifNull(sdk_sent_bytes, 0)) AS bytes, sum(ifNull(sdk_sent_bytes, 0)) AS total
    FROM views FINAL WHERE ${where.sql} AND isNotNull(sdk_time)`,
    where.parameters,
  );
  const views = row?.views ?? 0;
  const round = (value: number | undefined) => (views === 0 || value === undefined ? null : Math.round(value));
  return {
    views,
    time_p50: round(row?.time[0]),
    time_p75: round(row?.time[1]),
    time_p95: round(row?.time[2]),
    time_share: views === 0 || !row ? null : Math.min(1, Math.round(row.share * 1e6) / 1e6),
    sent_bytes_p50: round(row?.bytes[0]),
    sent_bytes_p95: round(row?.bytes[1]),
    sent_bytes_total: row?.total ?? 0,
  };
}
