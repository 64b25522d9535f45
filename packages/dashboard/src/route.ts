import { type Filters, NO_FILTERS, readFilters, writeFilters } from "./sessions/filters.js";

/** A place in the dashboard; its address is the part of the URL after `#`. */
export type Route = { name: "sessions"; filters: Filters } | { name: "session"; id: string; event?: string };

/** `#/sessions?…` or `#/sessions/<id>?event=…`; anything else is the list of sessions. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = splitOnce(hash.replace(/^#/, ""), "?");
  const params = new URLSearchParams(query);
  const id = /^\/sessions\/([^/]+)$/.exec(path)?.[1];
  if (id !== undefined) {
    const event = params.get("event");
    return { name: "session", id: decode(id), ...(event === null ? {} : { event }) };
  }
  return { name: "sessions", filters: path === "/sessions" ? readFilters(params) : NO_FILTERS };
}

/** The address of a route, with the `#`. */
export function writeRoute(route: Route): string {
  if (route.name === "session") {
    const query = route.event === undefined ? "" : `?${new URLSearchParams({ event: route.event })}`;
    return `#/sessions/${encodeURIComponent(route.id)}${query}`;
  }
  const query = writeFilters(route.filters);
  return query.size === 0 ? "#/sessions" : `#/sessions?${query}`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
