import { blockOf } from "../rows/block.js";
import type { Store } from "../store/index.js";
import { type EventItem, listEvents } from "./events.js";
import { between, type Condition, conditions, equals, type Filters, ofEvents } from "./filters.js";
import { EVENT_PARAMETERS, type ParameterName } from "./parameters.js";
import { type List, page } from "./sessions.js";

/** `regressed`: it was resolved, and came again in the release it was resolved in, or in one that it was never seen in. */
export const ERROR_STATES = ["open", "ignored", "resolved", "regressed"] as const;
/** Those that can be said of a group. */
export const SAID_STATES = ["open", "ignored", "resolved"] as const;
export type SaidState = (typeof SAID_STATES)[number];

/** Errors of one defect. */
export interface ErrorGroup {
  application_id: string;
  error_fingerprint: string;
  /** Of the newest. */
  error_type: string;
  error_message: string;
  error_source: string;
  error_handling: string;
  /** Errors in the period that match. */
  count: number;
  /** Sessions and known users that they happened to. */
  sessions: number;
  users: number;
  /** Epoch ms, of all that is kept and matches. */
  first_seen: number;
  last_seen: number;
  /** `version` of the first and of the newest. */
  first_release: string;
  last_release: string;
  /** The newest: what it can be found by. */
  example: { page_id: string; seq: number; session_id: string; view_id: string };
  /** Errors in each of {@link TREND_PARTS} equal parts of the period. */
  trend: number[];
  state: (typeof ERROR_STATES)[number];
  /** The release it is said to be resolved in; empty where none was named. */
  state_release: string;
  /** Epoch ms; 0 where nobody said anything. */
  state_changed_at: number;
}

/** How often an error came with each word. */
export type Breakdown = { value: string; count: number }[];

export interface ErrorGroupDetail {
  group: ErrorGroup;
  /** By what it came in: `browser`, `os`, `version`, `path_group`, `country`; the ten most frequent of each. */
  by: Record<string, Breakdown>;
  /** The newest ten. */
  examples: EventItem[];
}

export const ERROR_PARAMETERS: readonly ParameterName[] = [
  ...EVENT_PARAMETERS,
  "from",
  "to",
  "state",
  "sort",
  "limit",
  "cursor",
];
export const ERROR_TIES = 2;
export const TREND_PARTS = 24;
const DAY_MS = 86_400_000;
const MOST_EXAMPLES = 10;
/** Releases of a group that are told apart. */
const MOST_RELEASES = 1000;

type Row = Omit<ErrorGroup, "trend"> & { parts: Record<string, number> };

/** Groups of errors that have one in the period: by default the last 30 days. */
export async function listErrors(store: Store, filters: Filters, now: number): Promise<List<ErrorGroup>> {
  const { cursor, limit, sort = "last_seen", state } = filters;
  const period = periodOf(filters, now);
  const rows = await groups(
    store,
    filters,
    period,
    [
      equals("state", state),
      cursor && [
        `(${sort}, application_id, error_fingerprint) < ({at:Int64}, {tie_application:String}, {tie_fingerprint:String})`,
        { at: cursor[0], tie_application: String(cursor[1]), tie_fingerprint: String(cursor[2]) },
      ],
    ],
    sort,
    limit + 1,
  );
  const figure = sort as "last_seen" | "count" | "sessions";
  return page(rows, limit, (group) => [group[figure], group.application_id, group.error_fingerprint]);
}

/** One group, what it comes in, and examples. */
export async function findError(
  store: Store,
  fingerprint: string,
  filters: Filters,
  now: number,
): Promise<ErrorGroupDetail | undefined> {
  const narrow = { ...filters, error_fingerprint: fingerprint };
  const period = periodOf(filters, now);
  const [group] = await groups(store, narrow, period, [], "last_seen", 1);
  if (!group) return undefined;
  const own: Filters = { ...narrow, ...period, application_id: group.application_id, type: "error" };
  const where = conditions([...ofEvents(own), equals("error_fingerprint", fingerprint), ...between("date", own)]);
  const columns = {
    browser: "browser",
    os: "os",
    version: "version",
    path_group: "view_path_group",
    country: "country",
  };
  const [examples, ...breakdowns] = await Promise.all([
    listEvents(store, { ...own, limit: MOST_EXAMPLES }),
    ...Object.values(columns).map((column) =>
      store.query<Breakdown[number]>(
        `SELECT ${column} AS value, count() AS count FROM errors FINAL WHERE ${where.sql}
        GROUP BY value ORDER BY count DESC, value LIMIT 10`,
        where.parameters,
      ),
    ),
  ]);
  const by = Object.fromEntries(Object.keys(columns).map((name, i) => [name, breakdowns[i] ?? []]));
  return { group, by, examples: examples.items };
}

/** Says what is thought of a group. Each word on it is newer than the one before. */
export async function setErrorState(
  store: Store,
  group: { application_id: string; error_fingerprint: string },
  state: SaidState,
  release: string,
  now: number,
): Promise<void> {
  const row = { ...group, state, release, changed_at: now };
  await store.insert("error_states", blockOf([row]), `state-${JSON.stringify(row)}`);
}

function periodOf({ from, to }: Filters, now: number): { from: number; to: number } {
  const end = to ?? now + 1;
  return { from: from ?? Math.max(0, end - 30 * DAY_MS), to: end };
}

/** `having` is about the groups, the filters about the errors in them. `sort` is a column of a group. */
async function groups(
  store: Store,
  filters: Filters,
  period: { from: number; to: number },
  having: readonly Condition[],
  sort: string,
  rows: number,
): Promise<ErrorGroup[]> {
  const where = conditions([...ofEvents(filters), equals("error_fingerprint", filters.error_fingerprint)]);
  const shown = conditions(having);
  const part = Math.max(1, Math.ceil((period.to - period.from) / TREND_PARTS));
  const found = await store.query<Row>(
    `SELECT
      application_id, error_fingerprint, error_type, error_message, error_source, error_handling, count, sessions, users,
      first_seen, last_seen, first_release, last_release, example, parts, state, state_release, state_changed_at
    FROM (
      SELECT
        application_id, error_fingerprint,
        argMax(error_type, date) AS error_type, argMax(error_message, date) AS error_message,
        argMax(error_source, date) AS error_source, argMax(error_handling, date) AS error_handling,
        countIf(${IN_PERIOD}) AS count, uniqExactIf(session_id, ${IN_PERIOD}) AS sessions,
        uniqExactIf(user_id, ${IN_PERIOD} AND user_id != '') AS users,
        toUnixTimestamp64Milli(min(date)) AS first_seen, toUnixTimestamp64Milli(max(date)) AS last_seen,
        argMin(version, date) AS first_release, argMax(version, date) AS last_release,
        argMax(CAST((page_id, seq, session_id, view_id), 'Tuple(page_id String, seq UInt32, session_id String, view_id String)'), date) AS example,
        sumMapIf(map(toUInt8(least(intDiv(toUnixTimestamp64Milli(date) - {from:Int64}, {part:Int64}), ${TREND_PARTS - 1})), toUInt64(1)), ${IN_PERIOD}) AS parts,
        groupUniqArrayIf(${MOST_RELEASES})(version, date <= changed_at) AS releases_before,
        groupUniqArrayIf(${MOST_RELEASES})(version, date > changed_at) AS releases_after,
        any(release) AS state_release, toUnixTimestamp64Milli(any(changed_at)) AS state_changed_at,
        multiIf(
          any(said) = '', 'open',
          any(said) = 'resolved' AND arrayExists(
            v -> v = '' OR state_release = '' OR v = state_release OR NOT has(releases_before, v), releases_after
          ), 'regressed',
          any(said)
        ) AS state
      FROM (
        SELECT
          application_id, error_fingerprint, error_type, error_message, error_source, error_handling, date, page_id, seq,
          session_id, view_id, user_id, version
        FROM errors FINAL WHERE ${where.sql}
      ) AS error
      LEFT JOIN (
        SELECT application_id, error_fingerprint, state AS said, release, changed_at FROM error_states FINAL
      ) AS word USING (application_id, error_fingerprint)
      GROUP BY application_id, error_fingerprint
      HAVING count > 0
    )
    WHERE ${shown.sql}
    ORDER BY ${sort} DESC, application_id DESC, error_fingerprint DESC
    LIMIT {rows:UInt32}`,
    { ...where.parameters, ...shown.parameters, ...period, part, rows },
  );
  return found.map(({ parts, ...group }) => ({
    ...group,
    trend: Array.from({ length: TREND_PARTS }, (_, i) => parts[i] ?? 0),
  }));
}

const IN_PERIOD =
  "date >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND date < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";
