import { type Filters, NO_FILTERS, readFilters, writeFilters } from "./sessions/filters.js";

/** Rooms with figures over many sessions; each has the same filters. */
export const ROOMS = ["overview", "sessions", "errors", "pages", "delivery"] as const;
export type Room = (typeof ROOMS)[number];

/** A place in the dashboard; its address is the part of the URL after `#`. */
export type Route =
  | { name: Room; filters: Filters }
  | { name: "session"; id: string; event?: string }
  | { name: "error"; fingerprint: string; filters: Filters };

/** `#/<room>?…`, `#/sessions/<id>?event=…`, `#/errors/<fingerprint>?…`; anything else is the list of sessions. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = splitOnce(hash.replace(/^#/, ""), "?");
  const params = new URLSearchParams(query);
  const [, room, id] = /^\/([a-z]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (room === "sessions" && id !== undefined) {
    const event = params.get("event");
    return { name: "session", id: decode(id), ...(event === null ? {} : { event }) };
  }
  if (room === "errors" && id !== undefined) {
    return { name: "error", fingerprint: decode(id), filters: readFilters(params) };
  }
  const name = ROOMS.find((one) => one === room && id === undefined);
  return name ? { name, filters: readFilters(params) } : { name: "sessions", filters: NO_FILTERS };
}

/** The address of a route, with the `#`. */
export function writeRoute(route: Route): string {
  if (route.name === "session") {
    const query = route.event === undefined ? "" : `?${new URLSearchParams({ event: route.event })}`;
    return `#/sessions/${encodeURIComponent(route.id)}${query}`;
  }
  const query = writeFilters(route.filters);
  const path = route.name === "error" ? `errors/${encodeURIComponent(route.fingerprint)}` : route.name;
  return query.size === 0 ? `#/${path}` : `#/${path}?${query}`;
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
