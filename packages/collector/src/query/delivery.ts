import type { Store } from "../store/index.js";
import { type Condition, conditions, equals, type Filters } from "./filters.js";
import type { ParameterName } from "./parameters.js";
import { type List, page } from "./sessions.js";

/** What became of a session's events on one day. `claimed` is always `stored` + `missing` + what was rejected. */
export interface DeliveryItem {
  application_id: string;
  session_id: string;
  session_type: "user" | "synthetics";
  /** UTC, `2026-11-25`. */
  day: string;
  /** Pages that gave numbers to events. */
  pages: number;
  /** Numbers that they gave, as far as known. */
  claimed: number;
  /** Numbers that arrived, each once. */
  stored: number;
  /** Numbers that did not arrive, or not yet. */
  missing: number;
  /** Of the stored those that only arrived noticeably later than they happened. */
  late: number;
  /** Reason → numbers that were refused. */
  rejected: Record<string, number>;
  /** Reason → what the sender itself says it left out; most of that never had a number. */
  dropped: Record<string, number>;
}

/** The same over everything that the filters let through. */
export type DeliveryTotal = Omit<DeliveryItem, "application_id" | "session_id" | "session_type" | "day"> & {
  sessions: number;
};

export const DELIVERY_PARAMETERS: readonly ParameterName[] = [
  "application_id",
  "session_id",
  "session_type",
  "from",
  "to",
  "limit",
  "cursor",
];
/** Behind the day: application and session. */
export const DELIVERY_TIES = 2;

/** Reasons that are told apart; those that a sender counts have names of its own making. */
const MOST_REASONS = 50;
/** What one view can add to a reason, so that no sum overflows. */
const MOST_OF_REASON = 0xffff_ffff;
const DAY = 86_400_000;
/** The last that the store knows: 2149-06-06. */
const LAST_DAY = 65_535;

/** The period, when none is asked for. */
const DAYS = 30;

/**
 * Sessions and days, newest day first, and on the first part what all of them add up to: both from one reading of the
 * ledger. Without a session and a period, the last {@link DAYS} days.
 */
export async function listDelivery(
  store: Store,
  filters: Filters,
  now: number,
): Promise<List<DeliveryItem> & { total: DeliveryTotal | null }> {
  const { cursor, limit, session_id } = filters;
  const end = filters.to ?? now + 1;
  const from = filters.from ?? (session_id === undefined ? Math.max(0, end - DAYS * DAY) : undefined);
  const where = conditions([
    equals("application_id", filters.application_id),
    equals("session_id", session_id),
    ...days({ ...filters, from }),
    cursor && ["day <= toDate({at:String})", { at: isoDay(cursor[0] / DAY) }],
  ]);
  const shown = conditions([[where.sql, where.parameters], equals("session_type", filters.session_type)]);
  const after = conditions([
    cursor && [
      "(day, application_id, session_id) < (toDate({at:String}), {tie_application:String}, {tie_session:String})",
      { at: isoDay(cursor[0] / DAY), tie_application: String(cursor[1]), tie_session: String(cursor[2]) },
    ],
  ]);
  const by = "application_id, session_id, day";
  const sets = cursor ? by : `GROUPING SETS ((${by}), ())`;
  const isTotal = cursor ? "0" : "grouping(day)";
  const rows = await store.query<DeliveryItem & { is_total: number; sessions: number }>(
    `SELECT
      is_total, application_id, session_id, session_type, toString(day) AS day, sessions, pages, claimed, stored, missing,
      late, rejected, dropped
    FROM (
      SELECT
        ${isTotal} AS is_total, ${by}, min(type) AS session_type,
        uniqExact(run.application_id, run.session_id) AS sessions, uniqExact(run.application_id, page_id) AS pages,
        sum(span) AS claimed, sumIf(n, fate <= 1) AS stored, sum(span) - sumIf(n, fate <= 2) AS missing,
        sumIf(n, fate = 1) AS late, sumMapIf(map(reason, n), fate = 2) AS rejected
      FROM (${runsOf(where.sql, shown.sql)}) AS run
      GROUP BY ${sets}
      HAVING ${after.sql}
      ORDER BY is_total DESC, day DESC, application_id DESC, session_id DESC
      LIMIT {rows:UInt32}
    ) AS items
    LEFT JOIN (
      SELECT ${isTotal} AS is_total, ${by}, sumMap(counts) AS dropped
      FROM (${droppedOf(shown.sql)}) GROUP BY ${sets}
    ) AS views USING (is_total, application_id, session_id, day)
    ORDER BY is_total DESC, items.day DESC, application_id DESC, session_id DESC`,
    { ...shown.parameters, ...after.parameters, rows: limit + (cursor ? 1 : 2) },
  );
  const items = rows.filter(({ is_total }) => is_total === 0).map(({ is_total, sessions, ...item }) => item);
  const list = page(items.map(withFewReasons), limit, ({ day, application_id, session_id }) => [
    Date.parse(day),
    application_id,
    session_id,
  ]);
  return { ...list, total: cursor ? null : totalOf(rows[0]) };
}

function totalOf(row: (DeliveryItem & { is_total: number; sessions: number }) | undefined): DeliveryTotal {
  if (row?.is_total !== 1) throw new Error("the total of the ledger has no row");
  const { is_total, application_id, session_id, session_type, day, ...total } = row;
  return withFewReasons(total);
}

/**
 * Of a page's numbers, runs of those that share session, day and fate: how many are known (`n`), and how many the run
 * spans with what is missing in front of each. Of a number the best that is known holds: it arrived in time, late, was
 * refused, or a beacon only told of it. What lies between two known numbers is missing, and belongs where the higher one
 * does: it was given before that, and mostly in the same session.
 *
 * Numbers stay in arrays, a page's at a time: as rows they would not fit. Most pages have one session, on one day, and
 * nothing late or refused; of those only the highest number and how many there are matters. Lambdas take what they need as
 * arguments: what they capture is copied for each element.
 */
function runsOf(where: string, shown: string): string {
  const ledger = `(SELECT * FROM ledger WHERE ${where === "1" ? "1" : `(application_id, page_id) IN (${candidates(where)})`}) AS told`;
  const fate = "multiIf(told.reason != '', 2, late = 1, 1, 0)";
  const heads = "uniqExact(told.session_id, told.session_type, told.day, told.reason, late)";
  const of = (n: string) => `${n}.2, ${n}.3, ${n}.4, ${n}.5, ${n}.6`;
  return `
    SELECT application_id, page_id, session_id, session_type AS type, day, fate, reason, n, span
    FROM (
      SELECT
        application_id, page_id, any(told.session_id) AS session_id, any(told.session_type) AS session_type,
        any(told.day) AS day, toUInt8(any(${fate})) AS fate, '' AS reason, toInt64(uniqExactArray(seqs)) AS n,
        greatest(n, toInt64(greatest(max(claimed), max(arrayMax(seqs))))) AS span
      FROM ${ledger}
      GROUP BY application_id, page_id
      HAVING ${heads} = 1 AND any(told.reason) = ''
      UNION ALL
      SELECT
        application_id, page_id, part.2 AS session_id, part.3 AS session_type, part.4 AS day, part.1 AS fate,
        part.5 AS reason, toInt64(part.6) AS n, toInt64(part.7) AS span
      FROM (
        SELECT
          application_id, page_id,
          arraySort(arrayFlatten(groupArray(arrayConcat(
            arrayMap(seq -> (seq, toUInt8(${fate}), session_id, session_type, day, reason), seqs),
            if(claimed = 0, [], [(claimed, toUInt8(3), session_id, session_type, day, reason)])
          )))) AS numbers,
          arrayFilter((a, b) -> a.1 != b, numbers, arrayPushFront(arrayPopBack(numbers.1), -1)) AS known,
          arrayMap((a, b) -> (${of("a")}) != (${of("b")}), known, arrayPushBack(arrayPopFront(known), (
            toUInt32(0), toUInt8(9), '', '', toDate(0), ''
          ))) AS is_end,
          arrayFilter((a, end) -> end, known, is_end) AS ends,
          arrayFilter((at, end) -> end, arrayEnumerate(known), is_end) AS places,
          arrayJoin(arrayMap(
            (a, place, place_before, seq_before) -> (${of("a")}, place - place_before, a.1 - seq_before),
            ends, places, arrayPushFront(arrayPopBack(places), 0), arrayPushFront(arrayPopBack(ends.1), 0)
          )) AS part
        FROM ${ledger}
        GROUP BY application_id, page_id
        HAVING ${heads} > 1 OR any(told.reason) != ''
      )
    )
    WHERE ${shown}`;
}

/** All rows of a page are needed, since what is missing lies between them, whichever session they belong to. */
function candidates(where: string): string {
  return `SELECT application_id, page_id FROM ledger WHERE ${where}`;
}

/** What the newest version of each view says that its page left out. Nothing vouches for what is in there. */
function droppedOf(shown: string): string {
  return `
    SELECT application_id, session_id, day, mapApply((reason, n) -> (reason, least(n, ${MOST_OF_REASON})), counts) AS counts
    FROM (
      SELECT
        application_id, session_id, toDate(date, 'UTC') AS day,
        JSONExtract(sdk_dropped, 'Map(String, UInt64)') AS counts
      FROM views FINAL WHERE ${shown} AND sdk_dropped != ''
    )`;
}

/** Days that have a part in the period. */
function days({ from, to }: { from?: number | undefined; to?: number | undefined }): Condition[] {
  return [
    from === undefined ? undefined : ["day >= toDate({from:String})", { from: isoDay(from / DAY) }],
    to === undefined ? undefined : ["day <= toDate({to:String})", { to: isoDay((to - 1) / DAY) }],
  ];
}

function isoDay(day: number): string {
  return new Date(Math.min(Math.max(Math.floor(day), 0), LAST_DAY) * DAY).toISOString().slice(0, 10);
}

function withFewReasons<T extends { rejected: Record<string, number>; dropped: Record<string, number> }>(row: T): T {
  return { ...row, rejected: most(row.rejected), dropped: most(row.dropped) };
}

function most(counts: Record<string, number>): Record<string, number> {
  const all = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = all.slice(MOST_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...all.slice(0, MOST_REASONS), ...(rest > 0 ? [["others", rest] as const] : [])]);
}
