import { type Clock, DAY, type EpochMs, HOUR, MINUTE, SECOND, type Stop } from "../clock.js";
import { endOf, type Session } from "../model/session.js";
import type { RegistryStore } from "../stores/store.js";
import type { Notice, NoticeEntry, NoticeKind } from "./notice.js";

/** Where a user can be reached by one channel. */
export interface Destination {
  /** An address, a number, a device's push token: whatever the channel's `send` takes. */
  readonly to: string;
  /** False for one that its user has not confirmed: it is not used. @default true */
  readonly verified?: boolean;
  /** When it was set: for 72 hours it is not used, since somebody who got in may have set it. */
  readonly changedAt?: Date;
  /** uid of the session that it belongs to, such as an application's push token: what that session does is not told to itself. */
  readonly session?: string;
}

/** What a channel says. */
export interface NoticeMessage {
  readonly kind: NoticeKind;
  readonly risk: boolean;
  readonly userId: string;
  readonly entries: readonly NoticeEntry[];
  /** How many it is about; `entries` has the first 20. */
  readonly count: number;
  /** "It was not me": opens a page, ends the session when that is confirmed. Absent in a digest. */
  readonly reportUrl?: string;
}

/** A way to reach users. */
export interface NoticeChannel {
  /** Unique; what was sent is remembered by it. */
  readonly name: string;
  /** Used for risks alone, such as text messages that cost money. @default false */
  readonly onlyRisk?: boolean;
  /** Where this user can be reached. */
  destinationsOf(userId: string): Promise<readonly Destination[]> | readonly Destination[];
  /**
   * Rejects when it was not taken; it is tried again then.
   *
   * @param key the same for each try of one message to one destination: a second one is not delivered where that can be told
   */
  send(to: string, message: NoticeMessage, key: string): Promise<void>;
}

export interface NotifierOptions {
  /** In the order in which they are tried; the first that takes an ordinary notice is enough, risks go to each. */
  readonly channels: readonly NoticeChannel[];
  /** Address of the page behind "It was not me"; the link's token is added as `?token=`. @default no link */
  readonly reportUrl?: string;
  /** Between two looks for what waits to be sent, ms. @default 5000 */
  readonly everyMs?: number;
}

/** A destination that was changed so short a while ago is not used. */
export const CHANGED_MS = 72 * HOUR;
/** After each failure it is tried again this much later; then the next channel has its turn. */
const BACKOFF_MS: readonly number[] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR];
/** An instance that takes longer has died. */
export const LEASE_MS = MINUTE;
const BATCH = 20;
/** A channel's answer is waited for so long. */
const SEND_MS = 30 * SECOND;

export interface DeliveryDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly options: NotifierOptions;
  readonly onError: (error: unknown) => void;
  /** The token of a notice's link. */
  readonly linkOf: (notice: Notice) => string;
}

/** Sends what is due. Answers how many notices it had to do with. Any number of instances may do so at once. */
export async function deliver(deps: DeliveryDeps): Promise<number> {
  const notices = await deps.store.claim(deps.clock.now(), LEASE_MS, BATCH);
  for (const notice of notices) {
    // One user's mailbox must not keep others waiting for ever.
    await deliverOne(deps, notice).catch(deps.onError);
  }
  return notices.length;
}

async function deliverOne(deps: DeliveryDeps, notice: Notice): Promise<void> {
  const { store, clock, options, onError } = deps;
  const sessions = await store.sessionsOf(notice.userId);
  const excluded = sessionsOfBrowser(notice, sessions);
  const sent = { ...notice.sent };
  let usable = 0;
  let failed = 0;
  for (const channel of options.channels) {
    if (channel.onlyRisk && !notice.risk) continue;
    if (sent[channel.name] !== undefined) {
      usable += 1;
      continue;
    }
    // One after the other: an ordinary notice needs one channel only.
    if (!notice.risk && Object.keys(sent).length > 0) break;
    try {
      const all = await within(Promise.resolve(channel.destinationsOf(notice.userId)), SEND_MS);
      const destinations = all.filter((one) => isUsable(one, excluded, clock.now()));
      if (destinations.length === 0) continue;
      usable += 1;
      const message = messageOf(deps, notice);
      for (const { to } of destinations)
        await within(channel.send(to, message, `${notice.id}:${channel.name}:${to}`), SEND_MS);
      sent[channel.name] = clock.now();
    } catch (error) {
      failed += 1;
      onError(error);
    }
  }
  await store.settle(settled(notice, sent, usable, failed, clock.now()));
}

function settled(
  notice: Notice,
  sent: Readonly<Record<string, EpochMs>>,
  usable: number,
  failed: number,
  now: EpochMs,
): Notice {
  const { claimedUntil: _, ...rest } = notice;
  const isSent = Object.keys(sent).length > 0;
  const isDone = failed === 0 || (isSent && !notice.risk);
  if (isDone) return { ...rest, sent, state: isSent ? "sent" : usable === 0 ? "banner" : "failed" };
  const wait = BACKOFF_MS[notice.attempts];
  const attempts = notice.attempts + 1;
  if (wait === undefined) return { ...rest, sent, attempts, state: isSent ? "sent" : "failed" };
  return { ...rest, sent, attempts, dueAt: now + wait };
}

/** The session that it is about, and all others of the same browser. */
function sessionsOfBrowser({ entries }: Notice, sessions: readonly Session[]): ReadonlySet<string> {
  const uids = new Set(entries.map(({ uid }) => uid));
  const browsers = new Set(
    sessions.flatMap(({ uid, deviceHash }) => (deviceHash && uids.has(uid) ? [deviceHash] : [])),
  );
  for (const { uid, deviceHash } of sessions) if (deviceHash && browsers.has(deviceHash)) uids.add(uid);
  return uids;
}

function isUsable({ verified = true, changedAt, session }: Destination, excluded: ReadonlySet<string>, now: EpochMs) {
  if (!verified || (session !== undefined && excluded.has(session))) return false;
  return changedAt === undefined || now - changedAt.getTime() >= CHANGED_MS;
}

function messageOf({ options, linkOf }: DeliveryDeps, notice: Notice): NoticeMessage {
  const { kind, risk, userId, entries, count } = notice;
  const message = { kind, risk, userId, entries, count };
  if (options.reportUrl === undefined || kind === "digest") return message;
  const url = new URL(options.reportUrl);
  url.searchParams.set("token", linkOf(notice));
  return { ...message, reportUrl: url.href };
}

async function within<Result>(promise: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    timer.unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends in the background, again and again until it is stopped. */
export function startDelivery(deps: DeliveryDeps): { stop: Stop; kick(): void } {
  const everyMs = deps.options.everyMs ?? 5 * SECOND;
  let stopped = false;
  let running = false;
  let wait: Stop = () => {};
  function plan(ms: number): void {
    wait();
    if (!stopped) wait = deps.clock.after(ms, () => void run());
  }
  async function run(): Promise<void> {
    if (running || stopped) return;
    running = true;
    const count = await deliver(deps).catch((error) => {
      deps.onError(error);
      return 0;
    });
    running = false;
    plan(count === BATCH ? 0 : everyMs);
  }
  plan(everyMs);
  return {
    stop() {
      stopped = true;
      wait();
    },
    kick: () => plan(0),
  };
}

/** What a session's page shows of notices: those of 30 days, but not to the session that they are about. */
export function bannersOf(
  notices: readonly Notice[],
  sessions: readonly Session[],
  current: string,
  now: EpochMs,
): Notice[] {
  return notices.filter((notice) => {
    if (now - notice.createdAt > 30 * DAY || notice.reportedAt !== undefined) return false;
    if (sessionsOfBrowser(notice, sessions).has(current)) return false;
    // What has ended meanwhile needs nobody's attention.
    return notice.kind === "digest" || sessions.some((one) => one.uid === notice.entries[0]?.uid && !endOf(one, now));
  });
}
