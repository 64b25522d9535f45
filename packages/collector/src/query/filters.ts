import type { Refusal } from "../http/answers.js";
import type { Parameters } from "../store/index.js";

/** What a list can be narrowed by. */
export interface Filters {
  application_id?: string;
  /** Epoch ms, inclusive. */
  from?: number;
  /** Epoch ms, exclusive. */
  to?: number;
  session_type?: string;
  session_id?: string;
  user_id?: string;
  type?: string;
  limit: number;
  cursor?: Cursor;
}

/** Where the next part of a list begins: behind the row with this date and these tie-breakers. */
export type Cursor = [date: number, ...ties: (string | number)[]];

export type ReadFilters = { ok: true; filters: Filters } | { ok: false; refusal: Refusal };

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MAX_TEXT = 512;
const MAX_MS = 8_640_000_000_000_000;

/**
 * Reads the filters of a list out of its URL.
 *
 * @param allowed names this list knows; others are refused, so that a misspelt filter does not look like one that matched all.
 * @param ties number of tie-breakers in this list's cursors.
 */
export function readFilters(search: URLSearchParams, allowed: readonly string[], ties: number): ReadFilters {
  const filters: Filters = { limit: DEFAULT_LIMIT };
  for (const [name, value] of search) {
    if (!allowed.includes(name)) return no(name, `${name} is no filter here; there are ${allowed.join(", ")}.`);
    switch (name) {
      case "from":
      case "to": {
        const time = wholeNumber(value, MAX_MS);
        if (time === undefined) return no(name, `${name} must be epoch milliseconds; got "${shown(value)}".`);
        filters[name] = time;
        break;
      }
      case "limit": {
        const limit = wholeNumber(value, MAX_LIMIT);
        if (limit === undefined || limit < 1)
          return no(name, `limit must be 1 to ${MAX_LIMIT}; got "${shown(value)}".`);
        filters.limit = limit;
        break;
      }
      case "cursor": {
        const cursor = readCursor(value, ties);
        if (cursor === undefined) return no(name, "cursor must be the next of an earlier answer, unchanged.");
        filters.cursor = cursor;
        break;
      }
      case "session_type":
        if (value !== "user" && value !== "synthetics") {
          return no(name, `session_type must be user or synthetics; got "${shown(value)}".`);
        }
        filters.session_type = value;
        break;
      case "application_id":
      case "session_id":
      case "user_id":
      case "type":
        if (value === "" || value.length > MAX_TEXT) return no(name, `${name} must have 1 to ${MAX_TEXT} characters.`);
        filters[name] = value;
        break;
    }
  }
  return { ok: true, filters };
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
export function conditions(list: readonly (readonly [sql: string, parameters: Parameters] | undefined)[]): {
  sql: string;
  parameters: Parameters;
} {
  const present = list.filter((condition) => condition !== undefined);
  return {
    sql: present.map(([sql]) => sql).join(" AND ") || "1",
    parameters: Object.assign({}, ...present.map(([, parameters]) => parameters)) as Parameters,
  };
}

/** `column = value` when a filter is given. Column names are this program's own. */
export function equals(column: string, value: string | undefined): readonly [string, Parameters] | undefined {
  return value === undefined ? undefined : [`${column} = {${column}:String}`, { [column]: value }];
}

/** `from <= column < to`, as far as given. */
export function between(
  column: string,
  { from, to }: Pick<Filters, "from" | "to">,
): (readonly [string, Parameters] | undefined)[] {
  return [
    from === undefined ? undefined : [`${column} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`, { from }],
    to === undefined ? undefined : [`${column} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`, { to }],
  ];
}

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d{1,16}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function no(field: string, message: string): ReadFilters {
  return { ok: false, refusal: { status: 400, code: "bad_filter", message, field } };
}

function shown(value: string): string {
  return value.slice(0, 60);
}
