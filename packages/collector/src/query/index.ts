import type { Role } from "../auth/index.js";
import { json, methodNotAllowed, notFound, refuse, storeUnavailable, unavailable } from "../http/answers.js";
import { readSmallJson } from "../http/small-json.js";
import { createLanes, isBusy } from "../lib/lanes.js";
import type { Log } from "../lib/logger.js";
import type { SourceMaps } from "../sourcemaps/index.js";
import { isStoreAnswer, isTooMuch, type Parameters, type QueryLimits, type Store } from "../store/index.js";
import { ATTRIBUTION_PARAMETERS, readAttribution } from "./attribution.js";
import { identityOf } from "./authenticated.js";
import { CONNECTION_PARAMETERS, CONNECTION_TIES, listConnections, readUsage, USAGE_PARAMETERS } from "./connections.js";
import { DELIVERY_PARAMETERS, DELIVERY_TIES, listDelivery } from "./delivery.js";
import { ERROR_PARAMETERS, ERROR_TIES, findError, listErrors, SAID_STATES, setErrorState } from "./errors.js";
import { EVENT_LIST_PARAMETERS, EVENT_TIES, listEvents, listViews, sessionEvents, VIEW_PARAMETERS } from "./events.js";
import { type Filters, readFilters } from "./filters.js";
import { OVERHEAD_PARAMETERS, readOverhead } from "./overhead.js";
import type { ParameterName } from "./parameters.js";
import { listResources, RESOURCE_PARAMETERS } from "./resources.js";
import { findSession, listSessions, SESSION_PARAMETERS, SESSION_TIES } from "./sessions.js";
import { listSignIns, readSignInDays, SIGN_IN_DAY_PARAMETERS, SIGN_IN_PARAMETERS, SIGN_IN_TIES } from "./sign-ins.js";
import { readVitals, VITALS_PARAMETERS } from "./vitals.js";

/** A list, by its path below `/v1/`. */
export const LISTS = {
  sessions: SESSION_PARAMETERS,
  views: VIEW_PARAMETERS,
  events: EVENT_LIST_PARAMETERS,
  errors: ERROR_PARAMETERS,
  vitals: VITALS_PARAMETERS,
  attribution: ATTRIBUTION_PARAMETERS,
  resources: RESOURCE_PARAMETERS,
  overhead: OVERHEAD_PARAMETERS,
  delivery: DELIVERY_PARAMETERS,
  connections: CONNECTION_PARAMETERS,
  usage: USAGE_PARAMETERS,
  signins: SIGN_IN_PARAMETERS,
  signindays: SIGN_IN_DAY_PARAMETERS,
} as const satisfies Record<string, readonly ParameterName[]>;

/** One of a list, by its name. */
export const DETAILS = ["/v1/sessions/{id}", "/v1/errors/{fingerprint}"] as const;
export const SESSION_DETAIL_PARAMETERS: readonly ParameterName[] = ["application_id"];
export const ERROR_DETAIL_PARAMETERS = ERROR_PARAMETERS.filter(
  (name) => !["state", "sort", "limit", "cursor"].includes(name),
);
const MAX_RELEASE = 200;
/** Questions that wait for others; a page of the dashboard asks some twenty. */
const MOST_WAITING = 256;

export interface QueryOptions {
  /** Finds the sources of calls. Default: nobody does. */
  sourceMaps?: Pick<SourceMaps, "resolve"> | undefined;
  log: Log;
  now: () => number;
  limits: QueryLimits & {
    /** Questions to the store at a time. */
    atOnce: number;
  };
}

/**
 * The query API below `/v1/`. Who may read was decided before; `role` decides who may write.
 *
 * @returns undefined for a path that is not one of its own.
 */
export function createQueries(unbounded: Store, { log, now, limits, sourceMaps }: QueryOptions) {
  const lanes = createLanes({ lanes: limits.atOnce, waiting: MOST_WAITING, waitMs: limits.seconds * 1000 });

  return (request: Request, role: Role): Promise<Response> | undefined => {
    const { pathname, searchParams } = new URL(request.url);
    const store: Store = {
      ...unbounded,
      query: <T>(sql: string, parameters?: Parameters) =>
        lanes.run(() => unbounded.query<T>(sql, parameters, limits), request.signal),
    };
    const answer = route(store, now, sourceMaps)(request, role, pathname, searchParams);
    return answer?.catch((error: unknown) => {
      if (isBusy(error)) {
        return unavailable("busy", "More is asked of the store than it can answer at the moment. Ask again later.");
      }
      if (!isStoreAnswer(error)) return storeUnavailable();
      const { type = "", code } = error;
      log.error("a query failed", { path: pathname, error: `${type} (${code})` });
      if (isTooMuch(error)) {
        const message = "The store took too long, or needed too much for this. Ask for a shorter period, or for less.";
        return refuse({ status: 504, code: "query_too_large", message });
      }
      return refuse({ status: 500, code: "query_failed", message: "The store could not answer this query." });
    });
  };
}

/** Answers out of one store. */
function route(store: Store, now: () => number, sourceMaps: QueryOptions["sourceMaps"]) {
  const lists: Record<keyof typeof LISTS, { ties: number; read: (filters: Filters) => Promise<unknown> }> = {
    sessions: { ties: SESSION_TIES, read: (filters) => listSessions(store, filters) },
    views: { ties: EVENT_TIES, read: (filters) => listViews(store, filters) },
    events: { ties: EVENT_TIES, read: (filters) => listEvents(store, filters) },
    errors: { ties: ERROR_TIES, read: (filters) => listErrors(store, filters, now()) },
    vitals: { ties: 0, read: (filters) => readVitals(store, filters, now()) },
    attribution: { ties: 0, read: (filters) => readAttribution(store, filters, now()) },
    overhead: { ties: 0, read: (filters) => readOverhead(store, filters, now()) },
    resources: { ties: 0, read: (filters) => listResources(store, filters, now()) },
    delivery: { ties: DELIVERY_TIES, read: (filters) => listDelivery(store, filters, now()) },
    connections: { ties: CONNECTION_TIES, read: (filters) => listConnections(store, filters) },
    usage: { ties: 0, read: (filters) => readUsage(store, filters, now()) },
    signins: { ties: SIGN_IN_TIES, read: (filters) => listSignIns(store, filters) },
    signindays: { ties: 0, read: (filters) => readSignInDays(store, filters, now()) },
  };

  return (request: Request, role: Role, pathname: string, search: URLSearchParams): Promise<Response> | undefined => {
    const [, name = "", id] = /^\/v1\/([a-z]+)(?:\/([\w-]{1,200}))?$/.exec(pathname) ?? [];
    if (name === "errors" && id !== undefined && request.method === "PATCH") return say(request, role, id, search);
    const read =
      id === undefined
        ? Object.hasOwn(lists, name) && (() => list(name as keyof typeof LISTS, search))
        : name === "sessions"
          ? () => session(id, search)
          : name === "errors" && (() => error(id, search));
    if (!read) return undefined;
    if (request.method === "GET") return read();
    return Promise.resolve(methodNotAllowed(request.method, name === "errors" && id ? "GET, PATCH" : "GET"));
  };

  async function list(name: keyof typeof LISTS, search: URLSearchParams): Promise<Response> {
    const { ties, read } = lists[name];
    const given = readFilters(search, LISTS[name], ties);
    return given.ok ? json(200, await read(given.filters)) : refuse(given.refusal);
  }

  async function session(id: string, search: URLSearchParams): Promise<Response> {
    const given = readFilters(search, SESSION_DETAIL_PARAMETERS, 0);
    if (!given.ok) return refuse(given.refusal);
    const found = await findSession(store, id, given.filters.application_id);
    if (!found) return notFound(`There is no session ${id}.`);
    const [{ views, events }, identity] = await Promise.all([
      sessionEvents(store, found.application_id, id),
      identityOf(store, found.application_id, id, found.user_id),
    ]);
    return json(200, { session: found, views, events: (await sourceMaps?.resolve(events)) ?? events, identity });
  }

  async function error(fingerprint: string, search: URLSearchParams): Promise<Response> {
    const given = readFilters(search, ERROR_DETAIL_PARAMETERS, 0);
    if (!given.ok) return refuse(given.refusal);
    const found = await findError(store, fingerprint, given.filters, now());
    const shown = found && { ...found, examples: (await sourceMaps?.resolve(found.examples)) ?? found.examples };
    return shown ? json(200, shown) : notFound(`There is no such error ${fingerprint} in this period.`);
  }

  /** `PATCH /v1/errors/{fingerprint}?application_id=… {"state", "release"?}` */
  async function say(request: Request, role: Role, fingerprint: string, search: URLSearchParams): Promise<Response> {
    if (role !== "admin") {
      return refuse({ status: 403, code: "admins_only", message: "This needs a read token of the role admin." });
    }
    const given = readFilters(search, ["application_id"], 0);
    if (!given.ok) return refuse(given.refusal);
    const { application_id } = given.filters;
    if (application_id === undefined) return bad("application_id", "application_id must say whose error it is.");
    const body = await readSmallJson(request);
    const { state, release = "" } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const said = SAID_STATES.find((one) => one === state);
    if (said === undefined) return bad("state", `state must be ${SAID_STATES.join(", ")}.`);
    if (typeof release !== "string" || release.length > MAX_RELEASE) {
      return bad("release", `release must be a text of at most ${MAX_RELEASE} characters.`);
    }
    if (release !== "" && said !== "resolved") return bad("release", "release goes with the state resolved only.");
    const group = { application_id, error_fingerprint: fingerprint };
    const known = await findError(store, fingerprint, { application_id, from: 0, limit: 1 }, now());
    if (!known) return notFound(`There is no error ${fingerprint} of ${application_id}.`);
    await setErrorState(store, group, said, release, now());
    return json(200, { ...group, state: said, release });
  }
}

const bad = (field: string, message: string) => refuse({ status: 400, code: "malformed", message, field });
