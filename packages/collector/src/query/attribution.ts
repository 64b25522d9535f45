import type { Store } from "../store/index.js";
import { between, conditions, type Filters, ofEvents } from "./filters.js";
import { EVENT_PARAMETERS, type ParameterName } from "./parameters.js";

/** Durations are nanoseconds; `parts` are means, which add up to the mean of the whole. */
interface Cause {
  count: number;
  p75: number;
}
export interface PaintCause extends Cause {
  /** CSS selector of the element that was the largest. */
  selector: string;
  /** Of its file, of one view; empty for text. */
  url: string;
  parts: { first_byte: number; load_delay: number; load_time: number; render_delay: number };
}
export interface InteractionCause extends Cause {
  selector: string;
  interaction_type: string;
  parts: { input_delay: number; processing_duration: number; presentation_delay: number };
}
export interface ShiftCause extends Cause {
  selector: string;
}
export interface ScriptCause {
  url: string;
  function: string;
  /** Long frames it ran in. */
  count: number;
  /** Of all of them together. */
  duration: number;
  forced_layout: number;
}
/** What a host other than the page's cost. */
export interface ThirdParty {
  host: string;
  requests: number;
  views: number;
  failed: number;
  /** Bytes of the requests that told their size. */
  transfer_size: number;
  duration_p75: number | null;
  /** Requests that the page could not be drawn without. */
  render_blocking: number;
  /** Nanoseconds its scripts ran within long animation frames, where browsers tell of them. */
  script_time: number;
}

/** What the vitals of a page come from, the most frequent first; scripts and hosts those first that cost the most. */
export interface Attribution {
  largest_contentful_paint: PaintCause[];
  interaction_to_next_paint: InteractionCause[];
  cumulative_layout_shift: ShiftCause[];
  scripts: ScriptCause[];
  third_parties: ThirdParty[];
}

export const ATTRIBUTION_PARAMETERS: readonly ParameterName[] = [...EVENT_PARAMETERS, "from", "to", "limit"];
const DAY_MS = 86_400_000;

type Row<T> = Record<string, number | string> & T;

/** Of the newest version of each view in the period, by default the last 7 days, and of its long frames and requests. */
export async function readAttribution(store: Store, filters: Filters, now: number): Promise<Attribution> {
  const end = filters.to ?? now + 1;
  const period = { from: filters.from ?? Math.max(0, end - 7 * DAY_MS), to: end };
  const where = conditions([...ofEvents(filters), ...between("date", period)]);
  const ask = <T>(sql: string) =>
    store.query<Row<T>>(`${sql} LIMIT {rows:UInt32}`, { ...where.parameters, rows: filters.limit });

  const [paints, interactions, shifts, scripts, requests, ran] = await Promise.all([
    ask<{ selector: string; url: string }>(causes(where.sql, PAINT)),
    ask<{ selector: string; interaction_type: string }>(causes(where.sql, INTERACTION)),
    ask<{ selector: string }>(causes(where.sql, SHIFT)),
    ask<ScriptCause>(
      `SELECT cutQueryStringAndFragment(JSONExtractString(script, 'url')) AS url, JSONExtractString(script, 'function') AS function,
        count() AS count, sum(JSONExtractUInt(script, 'duration')) AS duration, sum(JSONExtractUInt(script, 'forced_layout')) AS forced_layout
      FROM (${scriptsOf(where.sql)}) GROUP BY url, function ORDER BY duration DESC, url, function`,
    ),
    ask<ThirdParty & { q: number; timed: number }>(
      `SELECT resource_host AS host, count() AS requests, uniqExact(view_id) AS views,
        countIf(resource_status >= 400 OR resource_error != '') AS failed, sum(ifNull(resource_transfer_size, 0)) AS transfer_size,
        quantileTDigestIf(0.75)(assumeNotNull(duration), isNotNull(duration)) AS q, count(duration) AS timed,
        countIf(resource_render_blocking_status = 'blocking') AS render_blocking
      FROM resources FINAL
      WHERE ${where.sql} AND resource_host NOT IN ('', view_host) AND resource_type NOT IN ('document', 'websocket', 'eventsource')
      GROUP BY host ORDER BY sum(ifNull(duration, 0)) DESC, host`,
    ),
    ask<{ host: string; script_time: number }>(
      `SELECT netloc(JSONExtractString(script, 'url')) AS host, sum(JSONExtractUInt(script, 'duration')) AS script_time
      FROM (${scriptsOf(where.sql)}) WHERE host NOT IN ('', view_host) GROUP BY host ORDER BY script_time DESC, host`,
    ),
  ]);
  return {
    largest_contentful_paint: paints.map((row) => ({
      selector: row.selector,
      url: row.url,
      ...figuresOf(row),
      parts: partsOf(row, ["first_byte", "load_delay", "load_time", "render_delay"]),
    })),
    interaction_to_next_paint: interactions.map((row) => ({
      selector: row.selector,
      interaction_type: row.interaction_type,
      ...figuresOf(row),
      parts: partsOf(row, ["input_delay", "processing_duration", "presentation_delay"]),
    })),
    cumulative_layout_shift: shifts.map((row) => ({
      selector: row.selector,
      count: Number(row.count),
      p75: Math.round(Number(row.p75) * 10_000) / 10_000,
    })),
    scripts: scripts.map(({ url, function: name, count, duration, forced_layout }) => ({
      url,
      function: name,
      count,
      duration,
      forced_layout,
    })),
    third_parties: joined(requests, ran),
  };
}

interface Kind {
  vital: string;
  /** What tells one cause from another: column and name. */
  by: Record<string, string>;
  also?: string;
  parts?: Record<string, string>;
}
const LCP = "largest_contentful_paint";
const INP = "interaction_to_next_paint";
const CLS = "cumulative_layout_shift";
const PAINT: Kind = {
  vital: LCP,
  by: { selector: `${LCP}_element_selector` },
  also: `any(${LCP}_url) AS url`,
  parts: {
    first_byte: "first_byte",
    load_delay: `${LCP}_load_delay`,
    load_time: `${LCP}_load_time`,
    render_delay: `${LCP}_render_delay`,
  },
};
const INTERACTION: Kind = {
  vital: INP,
  by: { selector: `${INP}_target_selector`, interaction_type: `${INP}_type` },
  parts: {
    input_delay: `${INP}_input_delay`,
    processing_duration: `${INP}_processing_duration`,
    presentation_delay: `${INP}_presentation_delay`,
  },
};
const SHIFT: Kind = { vital: CLS, by: { selector: `${CLS}_target_selector` } };

function causes(where: string, { vital, by, also, parts = {} }: Kind): string {
  const names = Object.keys(by);
  const columns = [
    ...names.map((name) => `${by[name]} AS ${name}`),
    ...(also ? [also] : []),
    "count() AS count",
    `quantileTDigest(0.75)(assumeNotNull(${vital})) AS p75`,
    ...Object.entries(parts).map(([name, column]) => `avg(ifNull(${column}, 0)) AS part_${name}`),
  ];
  return `SELECT ${columns.join(", ")} FROM views FINAL
    WHERE ${where} AND ${vital} > 0 AND ${Object.values(by)[0]} != ''
    GROUP BY ${names.join(", ")} ORDER BY count DESC, ${names.join(", ")}`;
}

/** A row for each script of each long frame. */
const scriptsOf = (where: string) =>
  `SELECT view_host, arrayJoin(JSONExtractArrayRaw(scripts)) AS script FROM long_tasks FINAL WHERE ${where} AND scripts != ''`;

const figuresOf = (row: Record<string, number | string>) => ({
  count: Number(row.count),
  p75: Math.round(Number(row.p75)),
});

function partsOf<T extends string>(row: Record<string, number | string>, names: readonly T[]): Record<T, number> {
  return Object.fromEntries(names.map((name) => [name, Math.round(Number(row[`part_${name}`]))])) as Record<T, number>;
}

/** Hosts by their requests; a host may also have run scripts whose requests were before the period. */
function joined(
  requests: readonly (ThirdParty & { q: number; timed: number })[],
  ran: readonly { host: string; script_time: number }[],
): ThirdParty[] {
  const times = new Map(ran.map(({ host, script_time }) => [host, script_time]));
  const known = new Set(requests.map(({ host }) => host));
  const none = { requests: 0, views: 0, failed: 0, transfer_size: 0, render_blocking: 0, q: 0, timed: 0 };
  const all = [...requests, ...ran.filter(({ host }) => !known.has(host)).map(({ host }) => ({ host, ...none }))];
  return all
    .map(({ host, requests, views, failed, transfer_size, render_blocking, q, timed }) => ({
      host,
      requests,
      views,
      failed,
      transfer_size,
      render_blocking,
      duration_p75: timed === 0 ? null : Math.round(q),
      script_time: times.get(host) ?? 0,
    }))
    .sort((a, b) => b.script_time - a.script_time || b.transfer_size - a.transfer_size || b.requests - a.requests);
}
