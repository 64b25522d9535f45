import type { Parameters, Store } from "../store/index.js";
import { conditions, equals, type Filters } from "./filters.js";
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

/** Sessions and days, newest day first, and what all of them add up to. */
export async function listDelivery(
  store: Store,
  filters: Filters,
): Promise<List<DeliveryItem> & { total: DeliveryTotal }> {
  const { cursor, limit } = filters;
  const where = conditions([
    equals("application_id", filters.application_id),
    equals("session_id", filters.session_id),
    ...days("day", filters),
  ]);
  const shown = conditions([[where.sql, where.parameters], equals("session_type", filters.session_type)]);
  const pages = pagesOf(where.sql === "1" ? "1" : `(application_id, page_id) IN (${candidates(where.sql)})`, shown.sql);
  const after = conditions([
    cursor && [
      "(day, application_id, session_id) < (toDate({at:String}), {tie_application:String}, {tie_session:String})",
      { at: isoDay(cursor[0] / DAY), tie_application: String(cursor[1]), tie_session: String(cursor[2]) },
    ],
  ]);
  const [items, [total]] = await Promise.all([
    store.query<DeliveryItem>(
      `SELECT application_id, session_id, session_type, toString(day) AS day, pages, claimed, stored, missing, late, rejected, dropped
      FROM (
        SELECT application_id, session_id, min(type) AS session_type, day, ${SUMS}
        FROM (${pages}) AS page GROUP BY application_id, session_id, day
        HAVING ${after.sql}
        ORDER BY day DESC, application_id DESC, session_id DESC
        LIMIT {rows:UInt32}
      ) AS items
      LEFT JOIN (
        SELECT application_id, session_id, day, sumMap(counts) AS dropped
        FROM (${droppedOf(shown.sql)}) GROUP BY application_id, session_id, day
      ) AS views USING (application_id, session_id, day)
      ORDER BY items.day DESC, application_id DESC, session_id DESC`,
      { ...shown.parameters, ...after.parameters, rows: limit + 1 },
    ),
    store.query<DeliveryTotal>(
      `SELECT sessions, pages, claimed, stored, missing, late, rejected, dropped
      FROM (SELECT uniqExact(application_id, session_id) AS sessions, ${SUMS} FROM (${pages}) AS page) AS items
      CROSS JOIN (SELECT sumMap(counts) AS dropped FROM (${droppedOf(shown.sql)})) AS views`,
      shown.parameters,
    ),
  ]);
  if (!total) throw new Error("the total of the ledger has no row");
  const list = page(items.map(withFewReasons), limit, ({ day, application_id, session_id }) => [
    Date.parse(day),
    application_id,
    session_id,
  ]);
  return { ...list, total: withFewReasons(total) };
}

const SUMS = `
  uniqExact(application_id, page_id) AS pages, sum(page.claimed) AS claimed, sum(page.stored) AS stored,
  sum(page.missing) AS missing, sum(page.late) AS late, sumMap(page.rejected) AS rejected`;

/**
 * Each page's share of each session and day. Of a number the best that is known holds: it arrived in time, late, was
 * refused, or a beacon only told of it. What lies between two known numbers is missing, and belongs where the higher
 * one does: it was given before that, and mostly in the same session.
 */
function pagesOf(where: string, shown: string): string {
  return `
    SELECT
      application_id, page_id, session_id, min(session_type) AS type, day,
      countIf(fate <= 1) AS stored, countIf(fate = 1) AS late, countIf(fate = 3) + sum(gap) AS missing,
      count() + sum(gap) AS claimed, sumMapIf(map(reason, toUInt64(1)), fate = 2) AS rejected
    FROM (
      SELECT
        *,
        greatest(toInt64(seq) - lagInFrame(toInt64(seq), 1, 0) OVER (
          PARTITION BY application_id, page_id ORDER BY seq ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
        ) - 1, 0) AS gap
      FROM (
        SELECT
          application_id, page_id, seq,
          tupleElement(known, 2) AS session_id, tupleElement(known, 3) AS session_type,
          tupleElement(known, 4) AS day, tupleElement(known, 5) AS reason, tupleElement(known, 1) AS fate
        FROM (
          SELECT application_id, page_id, seq, min((fate, session_id, session_type, day, reason)) AS known
          FROM (
            SELECT
              application_id, page_id, session_id, session_type, day, reason,
              arrayJoin(arrayConcat(
                arrayMap(seq -> (seq, multiIf(reason != '', 2, late = 1, 1, 0)), seqs),
                if(claimed = 0, [], [(claimed, 3)])
              )) AS number,
              tupleElement(number, 1) AS seq, tupleElement(number, 2) AS fate
            FROM ledger WHERE ${where}
          )
          GROUP BY application_id, page_id, seq
        )
      )
    )
    WHERE ${shown}
    GROUP BY application_id, page_id, session_id, day`;
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
function days(column: string, { from, to }: Filters): (readonly [string, Parameters] | undefined)[] {
  return [
    from === undefined ? undefined : [`${column} >= toDate({from:String})`, { from: isoDay(from / DAY) }],
    to === undefined ? undefined : [`${column} <= toDate({to:String})`, { to: isoDay((to - 1) / DAY) }],
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
