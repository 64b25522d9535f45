import { json, methodNotAllowed, notFound, refuse, storeUnavailable } from "../http/answers.js";
import type { Log } from "../lib/logger.js";
import { isStoreAnswer, type Store } from "../store/index.js";
import { DELIVERY_FILTERS, DELIVERY_TIES, listDelivery } from "./delivery.js";
import {
  EVENT_FILTERS,
  EVENT_TIES,
  isEventType,
  listEvents,
  listViews,
  sessionEvents,
  VIEW_FILTERS,
} from "./events.js";
import { type Filters, readFilters } from "./filters.js";
import { findSession, listSessions, SESSION_FILTERS, SESSION_TIES } from "./sessions.js";

/**
 * The query API below `/v1/`. Who may read was decided before.
 *
 * @returns undefined for a path that is not one of its own.
 */
export function createQueries(store: Store, logger: Log) {
  const lists: Record<string, (search: URLSearchParams) => Promise<Response>> = {
    "/v1/sessions": list(SESSION_FILTERS, SESSION_TIES, (filters) => listSessions(store, filters)),
    "/v1/views": list(VIEW_FILTERS, EVENT_TIES, (filters) => listViews(store, filters)),
    "/v1/events": list(EVENT_FILTERS, EVENT_TIES, (filters) => listEvents(store, filters)),
    "/v1/delivery": list(DELIVERY_FILTERS, DELIVERY_TIES, (filters) => listDelivery(store, filters)),
  };

  return (request: Request): Promise<Response> | undefined => {
    const { pathname, searchParams } = new URL(request.url);
    const detail = /^\/v1\/sessions\/([A-Za-z0-9_-]{1,64})$/.exec(pathname)?.[1];
    const read = detail === undefined ? lists[pathname] : (search: URLSearchParams) => session(detail, search);
    if (!read) return undefined;
    if (request.method !== "GET") return Promise.resolve(methodNotAllowed(request.method, "GET"));
    return read(searchParams).catch((error: unknown) => {
      if (!isStoreAnswer(error)) return storeUnavailable();
      logger.error("a query failed", { path: pathname, error: `${error.type} (${error.code})` });
      return refuse({ status: 500, code: "query_failed", message: "The store could not answer this query." });
    });
  };

  async function session(id: string, search: URLSearchParams): Promise<Response> {
    const read = readFilters(search, ["application_id"], 0);
    if (!read.ok) return refuse(read.refusal);
    const found = await findSession(store, id, read.filters.application_id);
    if (!found) return notFound(`There is no session ${id}.`);
    return json(200, { session: found, ...(await sessionEvents(store, found.application_id, id)) });
  }
}

function list(allowed: readonly string[], ties: number, read: (filters: Filters) => Promise<unknown>) {
  return async (search: URLSearchParams): Promise<Response> => {
    const given = readFilters(search, allowed, ties);
    if (!given.ok) return refuse(given.refusal);
    const { type } = given.filters;
    if (type !== undefined && !isEventType(type)) {
      return refuse({
        status: 400,
        code: "bad_filter",
        message: `There are no events of type "${type.slice(0, 60)}".`,
        field: "type",
      });
    }
    return json(200, await read(given.filters));
  };
}
