import { pathGroup } from "@sojourn/core/model";

export type UrlParts = {
  host: string;
  path: string;
  path_group: string;
  /** The query as a JSON object; a name that stands several times has a list. `{}` without a query. */
  url_query: string;
};

const NONE: UrlParts = { host: "", path: "", path_group: "", url_query: "{}" };
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);
/** Names of a query that are kept. */
const MAX_NAMES = 100;

/** What is derived from a URL. An URL that cannot be read (`data:`, relative) has no parts. */
export function urlParts(url: string, givenGroup?: string): UrlParts {
  const parsed = parse(url);
  if (parsed === undefined) return givenGroup === undefined ? NONE : { ...NONE, path_group: givenGroup };
  return {
    host: parsed.host,
    path: parsed.pathname,
    path_group: givenGroup ?? pathGroup(parsed.pathname),
    url_query: queryObject(parsed.searchParams),
  };
}

function parse(url: string): URL | undefined {
  if (!/^(?:https?|wss?|file|app|capacitor|ionic|chrome-extension|moz-extension):/i.test(url)) return undefined;
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function queryObject(search: URLSearchParams): string {
  const query = new Map<string, string | string[]>();
  for (const [name, value] of search) {
    if (RESERVED.has(name)) continue;
    const before = query.get(name);
    if (before === undefined) {
      if (query.size < MAX_NAMES) query.set(name, value);
    } else if (Array.isArray(before)) before.push(value);
    else query.set(name, [before, value]);
  }
  return JSON.stringify(Object.fromEntries(query));
}
