import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EpochMs } from "@sojourn/core/model";
import { createAssets, installedAssets } from "./assets/index.js";
import { createAuth, notSignedIn } from "./auth/index.js";
import type { Config } from "./config/schema.js";
import { createEnricher } from "./enrich/index.js";
import { json, methodNotAllowed, notFound, storeUnavailable, unavailable } from "./http/answers.js";
import type { RequestContext } from "./http/context.js";
import { isOwnPath, OWN_PATHS, type OwnPath } from "./http/routes.js";
import { createArrivals } from "./intake/arrivals.js";
import { createIntake } from "./intake/index.js";
import { type Log, silentLog } from "./lib/logger.js";
import { ownVersion } from "./lib/version.js";
import { openLog } from "./log/index.js";
import { lockDirectory } from "./log/lock.js";
import { createMetrics } from "./metrics/index.js";
import { openApiDocument } from "./openapi/index.js";
import { createQueries, LISTS } from "./query/index.js";
import { createServerIntake } from "./server/intake.js";
import { createSourceMaps } from "./sourcemaps/index.js";
import { takeSourceMap } from "./sourcemaps/upload.js";
import { openStore } from "./store/open.js";
import { startWriter } from "./writer/index.js";
import { openRefusedRecords } from "./writer/refused.js";

const ROUTES = new Set([...Object.keys(LISTS).map((name) => `/v1/${name}`), ...OWN_PATHS, "/sojourn.js"]);

/** Tried for paths that are not the collector's own. */
export type Fallback = (request: Request) => Response | undefined | Promise<Response | undefined>;

export interface CollectorOptions {
  /** Default: an answer 404. */
  fallback?: Fallback | undefined;
  /** Default: nothing is said. */
  log?: Log | undefined;
  /** The wall clock in epoch ms, for tests. Default: `Date.now`. */
  now?: (() => number) | undefined;
}

export interface Collector {
  /** Answers a request; `context.peer` is the sender's address as the server around it knows it. */
  handle(request: Request, context?: RequestContext): Promise<Response>;
  /** From now on these may read, and no others; what an earlier one signed in, and is not among them, is signed out. */
  setReadTokens(tokens: Config["readTokens"]): void;
  /** From now on `/readyz` is 503, so that a balancer sends nobody here any more. */
  prepareStop(): void;
  /** Stops writing to the store; what is not there yet stays in the log. Then the embedded engine ends. */
  stop(): Promise<void>;
}

/**
 * A collector without a server around it, to be mounted in one.
 *
 * @throws Error saying what to do when the data directory or the store cannot be used.
 */
export async function createCollector(config: Config, options: CollectorOptions = {}): Promise<Collector> {
  const { log: logger = silentLog, fallback } = options;
  const now = (options.now ?? Date.now) as () => EpochMs;
  const closers: (() => Promise<void>)[] = [];
  let isStopping = false;
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };

  try {
    await mkdir(config.data, { recursive: true, mode: 0o700 });
    closers.push(await lockDirectory(config.data));
    const log = await openLog(join(config.data, "log"), { limitBytes: config.logLimitBytes, now });
    closers.push(() => log.close());
    const refused = await openRefusedRecords(join(config.data, "refused"));
    const logId = await ownId(join(config.data, "log", "id"));
    const metrics = createMetrics(log, now);
    closers.push(async () => metrics.stop());
    const store = await openStore(config, logger, metrics.engineRestarted);
    closers.push(() => store.close());
    const writer = startWriter({ log, store, refused, logger, logId, metrics });
    closers.push(() => writer.stop());

    const enrich = await createEnricher(config, logger, now);
    const intake = createIntake({ config, enrich, log, now, logger, counted: metrics.counted });
    const serverIntake = createServerIntake({ config, enrich, log, now });
    const arrivals = createArrivals({ applications: config.applications, now });
    const sourceMaps = createSourceMaps(store, now);
    const queries = createQueries(store, { log: logger, now, limits: config.limits.query, sourceMaps });
    const auth = createAuth(config, now);
    const assets = createAssets(installedAssets());
    const openApi = openApiDocument(ownVersion());

    const own: Record<OwnPath, (request: Request, context: RequestContext) => Response | Promise<Response>> = {
      "/v1/rum": async (request, context) => arrivals.note(request, await intake(request, context)),
      "/v1/server": serverIntake,
      "/v1/arrivals": (request, context) => {
        if (request.method !== "GET") return methodNotAllowed(request.method, "GET");
        return auth.roleOf(request, context) ? json(200, arrivals.read()) : notSignedIn(config.openReads);
      },
      "/v1/sign-in": auth.signIn,
      "/v1/sign-out": auth.signOut,
      "/v1/sourcemaps": (request, context) => {
        const role = auth.roleOf(request, context);
        return role ? takeSourceMap(request, role, sourceMaps, config.applications) : notSignedIn(config.openReads);
      },
      "/v1/openapi.json": ({ method }) => (method === "GET" ? json(200, openApi) : methodNotAllowed(method, "GET")),
      "/healthz": () => json(200, { status: "ok" }),
      "/readyz": ready,
      "/metrics": (request, context) => (auth.roleOf(request, context) ? metricsOf() : notSignedIn(config.openReads)),
    };

    const route = async (request: Request, context: RequestContext): Promise<Response> => {
      const { pathname } = new URL(request.url);
      if (isOwnPath(pathname)) return own[pathname](request, context);
      if (pathname.startsWith("/v1/")) {
        const role = auth.roleOf(request, context);
        if (!role) return notSignedIn(config.openReads);
        return (await queries(request, role)) ?? notFound(`There is no ${pathname}.`);
      }
      if (pathname === "/sojourn.js") arrivals.sdkServed();
      return (await assets(request)) ?? (await fallback?.(request)) ?? notFound("There is nothing at this address.");
    };

    async function ready(): Promise<Response> {
      if (isStopping) return unavailable("stopping", "The collector is stopping.");
      if (log.isFull) return unavailable("log_full", "The log is full until the store takes beacons again.");
      return (await store.isReachable()) ? json(200, { status: "ok" }) : storeUnavailable();
    }

    async function metricsOf(): Promise<Response> {
      const { text, type } = await metrics.read();
      return new Response(text, { headers: { "Content-Type": type, "Cache-Control": "no-store" } });
    }

    return {
      async handle(request, context = {}) {
        const began = performance.now();
        const response = await route(request, context);
        const place = routeOf(new URL(request.url).pathname);
        metrics.answered(place, request.method, response.status, (performance.now() - began) / 1000);
        return response;
      },
      setReadTokens: auth.setTokens,
      prepareStop() {
        isStopping = true;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A bounded name for a path, for the metrics. */
function routeOf(pathname: string): string {
  const detail = /^\/v1\/(?:sessions|errors)(?=\/)/.exec(pathname)?.[0];
  return detail ? `${detail}/{id}` : ROUTES.has(pathname) ? pathname : "other";
}

/** A random name for this data directory, made once. */
async function ownId(path: string): Promise<string> {
  const known = await readFile(path, "utf8").catch(() => "");
  if (/^[0-9a-f]{16}$/.test(known)) return known;
  const id = randomBytes(8).toString("hex");
  await writeFile(path, id, { mode: 0o600 });
  return id;
}
