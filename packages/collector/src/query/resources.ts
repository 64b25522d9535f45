import type { Store } from "../store/index.js";
import { between, conditions, type Filters, ofEvents } from "./filters.js";
import { EVENT_PARAMETERS, type ParameterName } from "./parameters.js";

/** Requests to one address, its variable parts left out. */
export interface ResourceGroup {
  resource_host: string;
  resource_path_group: string;
  resource_method: string;
  resource_type: string;
  count: number;
  sessions: number;
  /** Answers of 400 and above, and requests without an answer. */
  failed: number;
  /** Nanoseconds. */
  duration_p50: number | null;
  duration_p75: number | null;
  duration_p95: number | null;
  /** Bytes of all that told their size. */
  transfer_size: number;
}

export const RESOURCE_PARAMETERS: readonly ParameterName[] = [...EVENT_PARAMETERS, "from", "to", "limit"];
const DAY_MS = 86_400_000;

/** Those that took people the most time together, over the period: by default the last 7 days. */
export async function listResources(store: Store, filters: Filters, now: number): Promise<{ items: ResourceGroup[] }> {
  const end = filters.to ?? now + 1;
  const period = { from: filters.from ?? Math.max(0, end - 7 * DAY_MS), to: end };
  const where = conditions([...ofEvents(filters), ...between("date", period)]);
  const rows = await store.query<Omit<ResourceGroup, "duration_p50"> & { q: number[]; timed: number }>(
    `SELECT
      resource_host, resource_path_group, resource_method, resource_type, count() AS count,
      uniqExact(session_id) AS sessions, countIf(resource_status >= 400 OR resource_error != '') AS failed,
      quantilesTDigestIf(0.5, 0.75, 0.95)(assumeNotNull(duration), isNotNull(duration)) AS q, count(duration) AS timed,
      sum(ifNull(resource_transfer_size, 0)) AS transfer_size
    FROM resources FINAL WHERE ${where.sql} AND resource_type NOT IN ('document', 'websocket', 'eventsource')
    GROUP BY resource_host, resource_path_group, resource_method, resource_type
    ORDER BY sum(ifNull(duration, 0)) DESC, resource_host, resource_path_group, resource_method, resource_type
    LIMIT {rows:UInt32}`,
    { ...where.parameters, rows: filters.limit },
  );
  return {
    items: rows.map(({ q, timed, ...group }) => {
      const [p50 = null, p75 = null, p95 = null] = timed === 0 ? [] : q.map(Math.round);
      return { ...group, duration_p50: p50, duration_p75: p75, duration_p95: p95 };
    }),
  };
}
