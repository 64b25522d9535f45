import type { Refusal } from "../http/answers.js";
import type { Parameters } from "../store/index.js";
import { DEFAULT_LIMIT, EVENT_COLUMNS, PARAMETERS, type Parameter, type ParameterName } from "./parameters.js";

type TextName = Exclude<ParameterName, "from" | "to" | "limit" | "cursor">;

/** What was asked for. */
export interface Filters extends Partial<Record<TextName, string>> {
  /** Epoch ms, inclusive. */
  from?: number;
  /** Epoch ms, exclusive. */
  to?: number;
  limit: number;
  cursor?: Cursor;
}

/** Where the next part of a list begins: behind the row with this date, or other figure, and these tie-breakers. */
export type Cursor = [at: number, ...ties: (string | number)[]];

export type ReadFilters = { ok: true; filters: Filters } | { ok: false; refusal: Refusal };

/** A condition of SQL with its parameters; none where nothing was asked for. */
export type Condition = readonly [sql: string, parameters: Parameters] | undefined;

/**
 * Reads what a list is narrowed by out of its URL.
 *
 * @param allowed names this list knows; others are refused, so that a misspelt filter does not look like one that matched all.
 * @param ties number of tie-breakers in this list's cursors.
 */
export function readFilters(search: URLSearchParams, allowed: readonly ParameterName[], ties: number): ReadFilters {
  const filters: Filters = { limit: DEFAULT_LIMIT };
  for (const [name, value] of search) {
    if (!isOneOf(name, allowed)) return no(name, `${shown(name)} is no filter here; there are ${allowed.join(", ")}.`);
    if (name === "cursor") {
      const cursor = readCursor(value, ties);
      if (cursor === undefined) return no(name, "cursor must be the next of an earlier answer, unchanged.");
      filters.cursor = cursor;
      continue;
    }
    const wrong = faultOf(name, value, PARAMETERS[name]);
    if (wrong !== undefined) return no(name, wrong);
    if (name === "from" || name === "to" || name === "limit") filters[name] = Number(value);
    else filters[name] = value;
  }
  return { ok: true, filters };
}

/** What is wrong with a value, in words. */
function faultOf(name: ParameterName, value: string, { schema }: Parameter): string | undefined {
  const { type, enum: words, minimum = 0, maximum = 0, maxLength = 0 } = schema;
  if (type === "boolean") return value === "true" || value === "false" ? undefined : `${name} must be true or false.`;
  if (words) return words.includes(value) ? undefined : `${name} must be ${orList(words)}; got "${shown(value)}".`;
  if (type === "integer") {
    if (/^\d{1,16}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum) return undefined;
    const range = name === "limit" ? `${minimum} to ${maximum}` : "epoch milliseconds";
    return `${name} must be ${range}; got "${shown(value)}".`;
  }
  return value === "" || value.length > maxLength ? `${name} must have 1 to ${maxLength} characters.` : undefined;
}

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function readCursor(text: string, ties: number): Cursor | undefined {
  if (text.length > 2048) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(value) || value.length !== ties + 1 || !Number.isSafeInteger(value[0])) return undefined;
    const [date, ...rest] = value as [number, ...unknown[]];
    const safe = rest.filter(
      (tie) => typeof tie === "string" || (typeof tie === "number" && Number.isSafeInteger(tie)),
    );
    return safe.length === ties ? [date, ...(safe as (string | number)[])] : undefined;
  } catch {
    return undefined;
  }
}

/** Conditions and their parameters, joined by AND; `1` when there are none. */
export function conditions(list: readonly Condition[]): { sql: string; parameters: Parameters } {
  const present = list.filter((condition) => condition !== undefined);
  return {
    sql: present.map(([sql]) => sql).join(" AND ") || "1",
    parameters: Object.assign({}, ...present.map(([, parameters]) => parameters)) as Parameters,
  };
}

/** `column = value` when a filter is given. Column names are this program's own. */
export function equals(column: string, value: string | undefined): Condition {
  return value === undefined ? undefined : [`${column} = {${column}:String}`, { [column]: value }];
}

/** What the columns that all events have are compared with. */
export const ofEvents = (filters: Filters): Condition[] =>
  Object.entries(EVENT_COLUMNS).map(([name, column]) => equals(column, filters[name as TextName]));

/** A parameter in epoch ms as what a column of times is compared with. */
export const moment = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** `from <= column < to`, as far as given. */
export function between(column: string, { from, to }: Pick<Filters, "from" | "to">): Condition[] {
  return [
    from === undefined ? undefined : [`${column} >= ${moment("from")}`, { from }],
    to === undefined ? undefined : [`${column} < ${moment("to")}`, { to }],
  ];
}

function isOneOf<T extends string>(name: string, allowed: readonly T[]): name is T {
  return (allowed as readonly string[]).includes(name);
}

const orList = (words: readonly string[]) =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

function no(field: string, message: string): ReadFilters {
  return { ok: false, refusal: { status: 400, code: "bad_filter", message, field: shown(field) } };
}

function shown(value: string): string {
  return value.slice(0, 60);
}
