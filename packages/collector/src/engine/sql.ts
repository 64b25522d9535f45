import { engineError } from "./errors.js";

/** A statement of ClickHouse's HTTP interface, taken apart as far as the embedded engine needs it. */
export type Statement =
  | { kind: "insert"; table: string; columns: string[] | undefined; format: string; data: Buffer; settings: Settings }
  | { kind: "read" | "command"; sql: string; parameters: Record<string, string> };

export type Settings = Record<string, string>;

/** URL parameters that are not settings of the engine. */
const NOT_SETTINGS = new Set([
  "query",
  "query_id",
  "database",
  "session_id",
  "session_timeout",
  "session_check",
  "role",
  "user",
  "password",
  "default_format",
  "quota_key",
  "compress",
  "decompress",
  "enable_http_compression",
  "wait_end_of_query",
]);

const INSERT = /^\s*INSERT\s+INTO\s+([\w.]+)\s*(?:\(([\w\s,]+)\))?\s+FORMAT\s+(\w+)\s*$/i;
const READS = /^\s*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN)\b/i;
const FORMAT = /\bFORMAT\s+\w+\s*$/i;

/** Reads a request as ClickHouse does: the statement is `query` of the URL followed by the body. */
export function readStatement(search: URLSearchParams, body: Buffer): Statement {
  const query = search.get("query") ?? "";
  const settings: Settings = {};
  const parameters: Record<string, string> = {};
  for (const [name, value] of search) {
    if (/^param_\w+$/.test(name)) parameters[name.slice("param_".length)] = unescapeParameter(value);
    else if (!NOT_SETTINGS.has(name) && /^\w+$/.test(name)) settings[name] = value;
  }
  const insert = INSERT.exec(query);
  if (insert) {
    const [, table = "", columns, format = ""] = insert;
    return {
      kind: "insert",
      table,
      columns: columns?.split(",").map((name) => name.trim()),
      format,
      data: body,
      settings,
    };
  }
  const sql = `${query}${query === "" ? "" : "\n"}${body.toString("utf8")}`;
  for (const name of Object.keys(parameters)) refuseComposite(name, sql);
  const kind = READS.test(sql) ? "read" : "command";
  return { kind, sql: withSettings(sql, settings), parameters };
}

/** The engine is given values one by one and escapes them itself; the text of a list would not survive that. */
function refuseComposite(name: string, sql: string): void {
  const declared = new RegExp(`\\{\\s*${name}\\s*:\\s*(Array|Tuple|Map|Nested|JSON|Object)\\b`).exec(sql)?.[1];
  if (declared) throw engineError(36, "BAD_ARGUMENTS", `The embedded engine binds no ${declared} (parameter ${name}).`);
}

/**
 * Settings are put behind the FORMAT clause, where they are settings of the query; before it they would be, in a
 * CREATE TABLE, settings of the table.
 */
function withSettings(sql: string, settings: Settings): string {
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = '${escapeLiteral(value)}'`);
  if (pairs.length === 0) return sql;
  return `${sql}${FORMAT.test(sql) ? "" : "\nFORMAT TabSeparated"}\nSETTINGS ${pairs.join(", ")}`;
}

function escapeLiteral(value: string): string {
  return value.replace(/[\\']/g, "\\$&");
}

const ESCAPES: Record<string, string> = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f", "0": "\0" };

/** Parameters travel in ClickHouse's escaped form; the engine is given the value itself. */
function unescapeParameter(value: string): string {
  return value.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}
