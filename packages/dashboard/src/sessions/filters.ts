import type { RoomQuery, SessionQuery } from "../api/client.js";

/** Ranges that move with the clock, in ms. */
export const RANGES = {
  "15m": { label: "15 minutes", ms: 15 * 60_000 },
  "1h": { label: "1 hour", ms: 3_600_000 },
  "24h": { label: "24 hours", ms: 86_400_000 },
  "7d": { label: "7 days", ms: 7 * 86_400_000 },
  "30d": { label: "30 days", ms: 30 * 86_400_000 },
  all: { label: "all time", ms: undefined },
} as const;

export type RangeName = keyof typeof RANGES;
export const DEFAULT_RANGE: RangeName = "24h";

/** What the list shows. Empty texts let everything through. */
export interface Filters {
  /** A moving range, unless `from` or `to` is given. */
  range: RangeName;
  /** Epoch ms, included. */
  from?: number;
  /** Epoch ms, excluded. */
  to?: number;
  application_id: string;
  session_type: string;
  user_id: string;
  path_group: string;
  version: string;
  browser: string;
  os: string;
  country: string;
  device: string;
  /** `true`, `false`, or empty. */
  has_error: string;
  has_frustration: string;
  /** `good`, `needs-improvement`, `poor`, or empty. */
  worst_vital: string;
}

export type TextName = Exclude<keyof Filters, "range" | "from" | "to">;

export const NO_FILTERS: Filters = {
  range: DEFAULT_RANGE,
  application_id: "",
  session_type: "",
  user_id: "",
  path_group: "",
  version: "",
  browser: "",
  os: "",
  country: "",
  device: "",
  has_error: "",
  has_frustration: "",
  worst_vital: "",
};

const TEXTS = Object.keys(NO_FILTERS).filter((name) => name !== "range") as TextName[];
/** Those that there are few values of; others are left out. */
const WORDS: Partial<Record<TextName, readonly string[]>> = {
  session_type: ["user", "synthetics"],
  has_error: ["true", "false"],
  has_frustration: ["true", "false"],
  worst_vital: ["good", "needs-improvement", "poor"],
};
/** What a client is. */
export const CLIENT_TEXTS = ["browser", "os", "device", "country"] as const;
const SHARED_TEXTS = ["application_id", "session_type", "path_group", ...CLIENT_TEXTS] as const;
/** What the list of sessions, and what a room with figures can be narrowed by. */
export const SESSION_TEXTS = [...SHARED_TEXTS, "user_id", "has_error", "has_frustration", "worst_vital"] as const;
export const FIGURE_TEXTS = [...SHARED_TEXTS, "version"] as const;
const MAX_TEXT = 512;

/** Filters out of a query string. What it does not understand is left at its default. */
export function readFilters(query: URLSearchParams): Filters {
  const filters = { ...NO_FILTERS };
  for (const name of TEXTS) {
    const text = (query.get(name) ?? "").slice(0, MAX_TEXT);
    if (WORDS[name]?.includes(text) ?? true) filters[name] = text;
  }
  const range = query.get("range") ?? "";
  if (isRange(range)) filters.range = range;
  const from = moment(query.get("from"));
  const to = moment(query.get("to"));
  if (from !== undefined) filters.from = from;
  if (to !== undefined) filters.to = to;
  return filters;
}

/** The shortest query string that {@link readFilters} reads back; empty when everything is at its default. */
export function writeFilters(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  const fixed = filters.from !== undefined || filters.to !== undefined;
  if (!fixed && filters.range !== DEFAULT_RANGE) query.set("range", filters.range);
  if (filters.from !== undefined) query.set("from", String(filters.from));
  if (filters.to !== undefined) query.set("to", String(filters.to));
  for (const name of TEXTS) if (filters[name] !== "") query.set(name, filters[name]);
  return query;
}

/** What to ask the collector for, at the moment `now`. */
export function sessionQuery(filters: Filters, now: number): SessionQuery {
  const { range, from, to } = filters;
  const texts = textsOf(filters, SESSION_TEXTS);
  if (from !== undefined || to !== undefined) return { ...texts, from, to };
  const { ms } = RANGES[range];
  return ms === undefined ? texts : { ...texts, from: now - ms };
}

/** What a room with figures asks for; `back` is the period before, as long. */
export function roomQuery(filters: Filters, now: number): { query: RoomQuery; back: RoomQuery | undefined } {
  const texts = textsOf(filters, FIGURE_TEXTS);
  // Whole minutes: a question that stays the same has an answer that stays the same.
  const end = filters.to ?? Math.ceil((now + 1) / 60_000) * 60_000;
  const length = filters.from === undefined ? RANGES[filters.range].ms : end - filters.from;
  const from = filters.from ?? (length === undefined ? 0 : end - length);
  const back = length === undefined ? undefined : { ...texts, from: Math.max(0, from - length), to: from };
  return { query: { ...texts, from, to: end }, back };
}

function textsOf<T extends TextName>(filters: Filters, names: readonly T[]): Record<T, string> {
  return Object.fromEntries(names.map((name) => [name, filters[name]])) as Record<T, string>;
}

/** The same period, and of the texts only these. */
export function onlyTexts(filters: Filters, names: readonly TextName[]): Filters {
  return { ...filters, ...textsOf(NO_FILTERS, TEXTS), ...textsOf(filters, names) };
}

/** Whether the list may be shorter than what there is. */
export const isFiltered = (filters: Filters): boolean => writeFilters(filters).size > 0 && !onlyAllTime(filters);

const onlyAllTime = (filters: Filters) => writeFilters(filters).toString() === "range=all";

/** "in the last 24 hours" and the like. */
export function rangeInWords({ range, from, to }: Filters): string {
  if (from !== undefined || to !== undefined) return "in the chosen time";
  return range === "all" ? "so far" : `in the last ${RANGES[range].label}`;
}

const isRange = (name: string): name is RangeName => Object.hasOwn(RANGES, name);

function moment(text: string | null): number | undefined {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
