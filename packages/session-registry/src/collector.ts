import { createHash } from "node:crypto";
import {
  type CollectorClientOptions,
  createCollectorClient,
  type Feed,
  type SignInDocument,
  startFeed,
} from "@sojourn/collector-client";
import { type Clock, SECOND, systemClock } from "./clock.js";
import type { StoredAuditEvent } from "./model/audit.js";
import type { RegistryStore } from "./stores/store.js";

export interface SignInFeedOptions extends CollectorClientOptions {
  /** The registry's. */
  readonly store: RegistryStore;
  /** Between two looks, ms. @default 15000 */
  readonly everyMs?: number;
  /** Hears of what went wrong and is tried again, and of events that the collector refuses. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

const PAGE = 500;
/** Events get their numbers before they are to be seen: what is younger may have one missing before it. */
const SETTLE_MS = 10 * SECOND;
const MARK = "forwarded";

/**
 * Sends the audit of a store to the collector. How far it came is remembered in the store, so that nothing is left out when a
 * process dies; several processes may do so at once, and what is sent twice changes nothing.
 *
 * @throws TypeError naming `url` or `token`
 */
export function feedSignIns(options: SignInFeedOptions): Feed {
  const { store, everyMs = 15 * SECOND, clock = systemClock, random = Math.random, onError = () => {} } = options;
  const collector = createCollectorClient(options);

  async function step(): Promise<boolean> {
    const mark = await store.readMark(MARK);
    const page = await store.audit({ after: mark, limit: PAGE });
    const young = page.findIndex(({ at }) => at > clock.now() - SETTLE_MS);
    const events = young < 0 ? page : page.slice(0, young);
    const last = events.at(-1);
    if (!last) return false;
    // Of a user who was erased nothing is told.
    const known = events.filter(({ userId }) => userId !== "");
    const refused = await collector.tell(known.map(documentOf));
    for (const { reason } of refused) onError(new Error(`the collector refuses an event: ${reason}`));
    await store.writeMark(MARK, last.id);
    return events.length === PAGE;
  }
  return startFeed({ step, everyMs, clock, random, onError });
}

/** The guid itself stays here: in the collector a hash of it names the sign-in. */
export function documentOf(event: StoredAuditEvent): SignInDocument {
  const { id, at, type, userId, guid, kind, reason, actor, authMethod, flags, client } = event;
  const name = guid && createHash("sha256").update(guid).digest("base64url").slice(0, 16);
  const { browser, os, device, app } = client?.info ?? {};
  return {
    kind: "sign_in",
    event_id: `${id}`,
    date: at,
    type,
    user_id: userId,
    ...(reason && { reason: reason.slice(0, 500) }),
    ...(name && { sign_in: name }),
    ...(kind && { sign_in_kind: kind }),
    ...(actor && { actor_id: actor }),
    ...(authMethod && { auth_method: authMethod }),
    ...(flags && flags.length > 0 && { flags: flags.filter((flag) => /^[a-z0-9_]{1,40}$/.test(flag)).slice(0, 20) }),
    ...texts({ host: client?.host, ip: client?.address, country: client?.country }, 255),
    ...texts({ browser: browser?.name, browser_version: browser?.version, os: os?.name, os_version: os?.version }, 64),
    ...texts({ device: device?.type?.slice(0, 32), device_vendor: device?.vendor, device_model: device?.model }, 64),
    ...texts({ app: app?.name, app_version: app?.version }, 64),
  };
}

const texts = (values: Readonly<Record<string, string | undefined>>, most: number): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value.slice(0, most)]] : [])));
