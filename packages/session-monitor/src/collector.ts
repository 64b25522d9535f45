import { createHash } from "node:crypto";
import {
  type CollectorClientOptions,
  type ConnectionDocument,
  createCollectorClient,
  type Feed,
  startFeed,
} from "@sojourn/collector-client";
import { type Clock, systemClock } from "./clock.js";
import { toDocument } from "./model/document.js";
import type { EpochMs, Facts } from "./model/facts.js";
import type { SessionStore } from "./stores/store.js";

export interface ConnectionFeedOptions extends CollectorClientOptions {
  /** The monitor's. */
  readonly store: SessionStore;
  /** Names this process among those that share the store; one at a time sends. @default a random name */
  readonly holder?: string;
  /** Between two looks, ms. @default 15000 */
  readonly everyMs?: number;
  /** What is open is told again at most so often, ms. @default 300000 */
  readonly refreshMs?: number;
  /** Hears of what went wrong and is tried again, and of documents that the collector refuses. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Ends that a sweep finds lie in the past, by no more than this. */
const SETTLE_MS = 3_600_000;
/** How far back the first look goes. */
const FIRST_MS = 86_400_000;
const MARK = "forwarded";
/** What was sent is remembered for as long as it is looked at; of more than this all is sent again. */
const MOST_REMEMBERED = 500_000;

/**
 * Sends a store's connections to the collector: each when it begins, when something happens to it and when it ends. It reads them
 * from the store and remembers there how far it came, so that nothing is left out when a process dies; some are then sent twice,
 * which changes nothing.
 *
 * @throws TypeError naming `url` or `token`
 */
export function feedConnections(options: ConnectionFeedOptions): Feed {
  const { store, holder = crypto.randomUUID(), everyMs = 15_000, refreshMs = 300_000 } = options;
  const { clock = systemClock, random = Math.random, onError = () => {} } = options;
  const collector = createCollectorClient(options);
  const sent = new Map<string, string>();

  async function step(): Promise<boolean> {
    // Held over the pause too, so that the same process goes on while it lives.
    if (!(await store.acquire("feed the collector", holder, everyMs * 3))) {
      sent.clear();
      return false;
    }
    const now = clock.now();
    const mark = await store.readMark(MARK);
    const from = mark === 0 ? now - FIRST_MS : mark - SETTLE_MS;
    if (sent.size > MOST_REMEMBERED) sent.clear();
    for await (const page of store.overlapping(from, now + 1)) {
      const news = page.flatMap((facts) => {
        const key = `${facts.instanceId}/${facts.sessionId}`;
        const state = stateOf(facts, refreshMs);
        return sent.get(key) === state ? [] : [{ key, state, facts }];
      });
      const refused = await collector.tell(news.map(({ facts }) => documentOf(facts, now)));
      for (const { reason } of refused) onError(new Error(`the collector refuses a connection: ${reason}`));
      for (const { key, state } of news) sent.set(key, state);
    }
    await store.writeMark(MARK, now);
    return false;
  }
  return startFeed({ step, everyMs, clock, random, onError });
}

/** What makes a state another one; of what is merely open the hour moves on slowly. */
function stateOf({ identity, opening, closed, lastActivityAt }: Facts, refreshMs: number): string {
  const end = closed ? `${closed.at} ${closed.reason}` : Math.floor(lastActivityAt / refreshMs);
  return `${opening ? 1 : 0} ${identity.length} ${identity.at(-1)?.at ?? 0} ${end}`;
}

/** @param version epoch ms at which the state was read: a later one stands */
export function documentOf(facts: Facts, version: EpochMs): ConnectionDocument {
  const {
    instanceId,
    sessionId,
    transport = "unknown",
    createdAt,
    loginAt,
    lastActivityAt,
    logoutAt,
    closedAt,
    ...rest
  } = toDocument(facts);
  const { browser, os, device, app, host, ip, country, userId, closeReason, bot, synthetic, logins } = rest;
  return {
    kind: "connection",
    connection_id: nameOf(instanceId, sessionId),
    instance_id: instanceId.slice(0, 128),
    version,
    transport: transport.slice(0, 32) || "unknown",
    created_at: +createdAt,
    login_at: loginAt ? +loginAt : null,
    last_activity_at: +lastActivityAt,
    logout_at: logoutAt ? +logoutAt : null,
    closed_at: closedAt ? +closedAt : null,
    ...(closeReason && { close_reason: closeReason }),
    ...(userId && { user_id: userId.slice(0, 256) }),
    bot,
    synthetic,
    impersonated: logins.at(-1)?.impersonated ?? false,
    ...texts({ host, ip, country }, 255),
    ...texts({ browser: browser?.name, browser_version: browser?.version }, 64),
    ...texts({ os: os?.name, os_version: os?.version, device: device?.type?.slice(0, 32) }, 64),
    ...texts(
      { device_vendor: device?.vendor, device_model: device?.model, app: app?.name, app_version: app?.version },
      64,
    ),
  };
}

/** The collector takes names of 128 printable characters: a session's may be an application's own. */
function nameOf(instanceId: string, sessionId: string): string {
  const name = `${instanceId}/${sessionId}`;
  return /^[\x21-\x7e]{1,128}$/.test(name) ? name : createHash("sha256").update(name).digest("base64url");
}

const texts = (values: Readonly<Record<string, string | undefined>>, most: number): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value.slice(0, most)]] : [])));
