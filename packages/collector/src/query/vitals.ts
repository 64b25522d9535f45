import type { Store } from "../store/index.js";
import { between, conditions, equals, type Filters, ofEvents } from "./filters.js";
import { EVENT_PARAMETERS, type ParameterName } from "./parameters.js";

/** The web vitals, with what is good and what is poor: https://web.dev/articles/defining-core-web-vitals-thresholds */
export const VITALS = {
  largest_contentful_paint: { good: 2_500_000_000, poor: 4_000_000_000, loads: true },
  interaction_to_next_paint: { good: 200_000_000, poor: 500_000_000, loads: false },
  cumulative_layout_shift: { good: 0.1, poor: 0.25, loads: false },
  first_contentful_paint: { good: 1_800_000_000, poor: 3_000_000_000, loads: true },
  first_byte: { good: 800_000_000, poor: 1_800_000_000, loads: true },
  loading_time: { good: 2_500_000_000, poor: 4_000_000_000, loads: false },
} as const satisfies Record<string, { good: number; poor: number; loads: boolean }>;

export type VitalName = keyof typeof VITALS;

/** A vital over the views of a group. Durations are nanoseconds, the layout shift is a score. */
export interface VitalFigures {
  /** Views it was measured in. */
  samples: number;
  p50: number | null;
  p75: number | null;
  p90: number | null;
  p95: number | null;
  /** Samples by the published thresholds. */
  good: number;
  needs_improvement: number;
  poor: number;
  /** Their shares of all views, 0 to 1: of the samples where all sessions were sampled alike, else weighed; null without any. */
  good_share: number | null;
  needs_improvement_share: number | null;
  poor_share: number | null;
  /**
   * The share of views that could have it at all (those that loaded a document, where it is of a load) whose browser
   * measured it in at least one view of the period: what the figure says nothing about is 1 - coverage.
   */
  coverage: number;
}

export interface VitalsItem {
  /** What the group has in common; null where nothing was grouped. For `hour` and `day` the epoch ms of its beginning. */
  group: string | number | null;
  views: number;
  sessions: number;
  vitals: Record<VitalName, VitalFigures>;
}

export interface Vitals {
  items: VitalsItem[];
  /** The definition that all the figures follow; figures of others are left out, since they are not comparable. */
  vitals_definition: string;
  /** Views by definition. */
  definitions: Record<string, number>;
  /**
   * Whether sessions of the period were sampled at different rates. Then percentiles and shares weigh each view by how many
   * it stands for; counts are of what was kept.
   */
  weighed: boolean;
}

export const VITALS_PARAMETERS: readonly ParameterName[] = [...EVENT_PARAMETERS, "from", "to", "group_by", "limit"];

const GROUPS: Record<string, string> = {
  path_group: "view_path_group",
  version: "version",
  country: "country",
  device: "device",
  browser: "browser",
  os: "os",
  hour: "toUnixTimestamp64Milli(toDateTime64(toStartOfHour(date), 3, 'UTC'))",
  day: "toUnixTimestamp64Milli(toDateTime64(toStartOfDay(date), 3, 'UTC'))",
};
const DAY_MS = 86_400_000;
/** No session is longer. */
const LONGEST_MS = 4 * 3_600_000;
/** What a view weighs that stands for itself only. */
const ONE = 100;
const NAMES = Object.keys(VITALS) as VitalName[];
const LOADED = "view_loading_type IN ('initial_load', 'bf_cache')";

/** Percentiles of the vitals over the newest version of each view in the period: by default the last 7 days. */
export async function readVitals(store: Store, filters: Filters, now: number): Promise<Vitals> {
  const end = filters.to ?? now + 1;
  const period = { from: filters.from ?? Math.max(0, end - 7 * DAY_MS), to: end };
  const where = conditions([...ofEvents(filters), ...between("date", period)]);
  const counts = await store.query<{ definition: string; views: number }>(
    `SELECT vitals_definition AS definition, count() AS views FROM views FINAL WHERE ${where.sql} AND vitals_definition != ''
    GROUP BY definition ORDER BY views DESC, definition LIMIT 20`,
    where.parameters,
  );
  const vitals_definition = counts[0]?.definition ?? "";
  const weighed = await isSampledUnevenly(store, filters, period);
  const { group_by, limit } = filters;
  const group = group_by === undefined ? "''" : (GROUPS[group_by] ?? "''");
  const isTime = group_by === "hour" || group_by === "day";
  const rows = await store.query<Record<string, number | string | number[]>>(
    `SELECT item, sum(views) AS all_views, uniqExactMerge(session_state) AS all_sessions,
      ${NAMES.map(outer).join(",\n      ")}
    FROM (
      SELECT ${group} AS item, browser, count() AS views, uniqExactState(session_id) AS session_state,
        ${NAMES.map((name) => inner(name, weighed ? STANDS_FOR : "toUInt64(1)")).join(",\n        ")}
      FROM (SELECT * FROM views FINAL WHERE ${where.sql}) AS view ${weighed ? `LEFT JOIN (${weights(SESSIONS_OF_PERIOD)}) AS sampled USING (application_id, session_id)` : ""}
      GROUP BY item, browser
    )
    GROUP BY item ORDER BY ${isTime ? "item DESC" : "all_views DESC, item"} LIMIT {rows:UInt32}`,
    { ...where.parameters, definition: vitals_definition, rows: limit },
  );
  return {
    items: rows.map((row) => ({
      group: group_by === undefined ? null : (row.item as string | number),
      views: Number(row.all_views),
      sessions: Number(row.all_sessions),
      vitals: Object.fromEntries(NAMES.map((name) => [name, figuresOf(row, name)])) as Record<VitalName, VitalFigures>,
    })),
    vitals_definition,
    definitions: Object.fromEntries(counts.map(({ definition, views }) => [definition, views])),
    weighed,
  };
}

/** A view whose session is not there is taken for one of a session that was sampled for certain. */
const STANDS_FOR = `if(weight = 0, toUInt64(${ONE}), weight)`;

/**
 * How many sessions each session stands for, in hundredths: the inverse of its chance to be kept. One with an error had a
 * second chance where the application samples such sessions.
 */
function weights(where: string): string {
  return `
    SELECT application_id, session_id, toUInt64(greatest(1, round(100 * ${ONE} / chance))) AS weight
    FROM (
      SELECT
        application_id, session_id, max(sample_rate) AS rate,
        if(max(error_count) > 0 OR max(sampled_for_error_session) = 1, max(on_error_sample_rate), 0) AS again,
        rate + (100 - rate) * again / 100 AS percent, if(percent > 0, percent, 100) AS chance
      FROM session_pages WHERE ${where} GROUP BY application_id, session_id
    )`;
}

/** The sessions that can have a view in the period. */
const SESSIONS_OF_PERIOD =
  `created_at >= fromUnixTimestamp64Milli({from:Int64} - ${LONGEST_MS}, 'UTC') AND ` +
  "created_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";

async function isSampledUnevenly(store: Store, { application_id }: Filters, period: { from: number; to: number }) {
  const { sql, parameters } = conditions([equals("application_id", application_id), [SESSIONS_OF_PERIOD, period]]);
  const [row] = await store.query<{ rates: number }>(
    `SELECT uniqUpTo(1)(weight) AS rates FROM (${weights(sql)})`,
    parameters,
  );
  return (row?.rates ?? 0) > 1;
}

/** Of one browser. */
function inner(name: VitalName, weight: string): string {
  const { good, poor, loads } = VITALS[name];
  const counted = `isNotNull(${name}) AND vitals_definition = {definition:String}`;
  return `quantilesTDigestWeightedStateIf(0.5, 0.75, 0.9, 0.95)(assumeNotNull(${name}), ${weight}, ${counted}) AS ${name}_state,
        sumIf(${weight}, ${counted}) AS ${name}_wn, sumIf(${weight}, ${counted} AND ${name} <= ${good}) AS ${name}_wg,
        sumIf(${weight}, ${counted} AND ${name} > ${poor}) AS ${name}_wp,
        countIf(${counted}) AS ${name}_n, countIf(${counted} AND ${name} <= ${good}) AS ${name}_g,
        countIf(${counted} AND ${name} > ${poor}) AS ${name}_p, countIf(${loads ? LOADED : "1"}) AS ${name}_able`;
}

/** Over all browsers. */
function outer(name: VitalName): string {
  return `quantilesTDigestWeightedMerge(0.5, 0.75, 0.9, 0.95)(${name}_state) AS ${name}_q, sum(${name}_n) AS ${name}_samples,
      sum(${name}_wn) AS ${name}_weight, sum(${name}_wg) AS ${name}_good_weight, sum(${name}_wp) AS ${name}_poor_weight,
      sum(${name}_g) AS ${name}_good, sum(${name}_p) AS ${name}_poor,
      sumIf(${name}_able, ${name}_n > 0) AS ${name}_covered, sum(${name}_able) AS ${name}_all`;
}

function figuresOf(row: Record<string, number | string | number[]>, name: VitalName): VitalFigures {
  const samples = Number(row[`${name}_samples`]);
  const good = Number(row[`${name}_good`]);
  const poor = Number(row[`${name}_poor`]);
  const all = Number(row[`${name}_all`]);
  const quantiles = row[`${name}_q`] as number[];
  const weight = Number(row[`${name}_weight`]);
  const share = (of: number) => (weight === 0 ? null : Math.round((of / weight) * 10_000) / 10_000);
  const goodWeight = Number(row[`${name}_good_weight`]);
  const poorWeight = Number(row[`${name}_poor_weight`]);
  const round = (value: number | undefined) => {
    if (samples === 0 || value === undefined) return null;
    return name === "cumulative_layout_shift" ? Math.round(value * 10_000) / 10_000 : Math.round(value);
  };
  const [p50, p75, p90, p95] = quantiles.map(round);
  return {
    samples,
    p50: p50 ?? null,
    p75: p75 ?? null,
    p90: p90 ?? null,
    p95: p95 ?? null,
    good,
    needs_improvement: samples - good - poor,
    poor,
    good_share: share(goodWeight),
    needs_improvement_share: share(weight - goodWeight - poorWeight),
    poor_share: share(poorWeight),
    coverage: all === 0 ? 0 : Math.round((Number(row[`${name}_covered`]) / all) * 10_000) / 10_000,
  };
}
