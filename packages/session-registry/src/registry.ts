import { HOUR, MINUTE, type Stop } from "./clock.js";
import type { RegistryEvent } from "./events.js";
import { type AuthenticateInput, type Authentication, authenticate, type NewToken } from "./flows/authenticate.js";
import { createContext } from "./flows/context.js";
import { type Created, type CreateInput, create } from "./flows/create.js";
import {
  type RevokeAllInput,
  type RevokeInput,
  type RevokeResult,
  revoke,
  revokeAll,
  revokeOthers,
  signOut,
} from "./flows/end.js";
import { type Impersonated, type ImpersonateInput, impersonate } from "./flows/impersonate.js";
import { signOutLegacy } from "./flows/legacy.js";
import { type Export, exportUser, type ListOptions, list, live, rename } from "./flows/look.js";
import { type ProveInput, reauthenticate, stepUp } from "./flows/prove.js";
import { purge, startPurge } from "./jobs.js";
import type { StoredAuditEvent } from "./model/audit.js";
import type { Session, SessionView } from "./model/session.js";
import { bannersOf, deliver, startDelivery } from "./notices/delivery.js";
import type { Notice } from "./notices/notice.js";
import { confirmReport, linkOf, lookReport, type Report, type Reported } from "./notices/report.js";
import { createRateLimiter } from "./rates.js";
import { type RegistryOptions, settingsOf } from "./settings/options.js";
import type { AuditQuery } from "./stores/store.js";

export interface SessionRegistry {
  /** A sign-in whose user has just proved who it is. */
  create(input: CreateInput): Promise<Created>;
  /** Whom a request is from. */
  authenticate(input: AuthenticateInput): Promise<Authentication>;
  /** Its user proved again who it is. Undefined where the token is no live session's. */
  reauthenticate(input: ProveInput): Promise<NewToken | undefined>;
  /** Its user gave a second proof, or has more rights from now on. */
  stepUp(input: ProveInput): Promise<NewToken | undefined>;
  /** Ends the session of this token, the old system's too. */
  signOut(input: { readonly token: string | undefined; readonly legacyToken?: string | undefined }): Promise<boolean>;

  /** Where a user is signed in. Needs no freshness: looking is how a user finds what is wrong. */
  list(userId: string, options?: ListOptions): Promise<SessionView[]>;
  /** Ends one session of a user. */
  revoke(input: RevokeInput): Promise<RevokeResult>;
  /** Ends all sessions of a user but the one that asks. */
  revokeOthers(input: { readonly userId: string; readonly by: { readonly session: string } }): Promise<RevokeResult>;
  /** Ends all sessions of a user, such as after a change of password. */
  revokeAll(input: RevokeAllInput): Promise<{ readonly count: number }>;
  rename(userId: string, uid: string, label: string): Promise<boolean>;
  /** Lets an actor act as a user. */
  impersonate(input: ImpersonateInput): Promise<Impersonated>;

  /** Which of these guids are live, for connections that outlast requests; at most 500. */
  live(guids: readonly string[]): Promise<Set<string>>;
  /** Hears of sessions that ended, here and, with a cache that has a bus, anywhere: close their connections and no others. */
  onEnded(listener: (guids: readonly string[]) => void): Stop;

  /** What a session's page shows of new sign-ins elsewhere. */
  banners(userId: string, current: string): Promise<Notice[]>;
  /** "It was not me". */
  readonly report: {
    /** For the page that a link opens. Changes nothing. */
    look(token: unknown): Promise<Report>;
    /** For the button on it. */
    confirm(token: unknown): Promise<Reported>;
  };
  /** Sends notices that are due, which also happens by itself. Answers how many there were. */
  deliver(): Promise<number>;

  /** What happened, oldest first. */
  audit(query: AuditQuery): Promise<StoredAuditEvent[]>;
  /** Everything that is known of a user. */
  export(userId: string): Promise<Export>;
  /** Removes a user. Answers how many sessions. */
  erase(userId: string): Promise<number>;
  /** Removes what no longer needs to be kept, which also happens by itself. Answers how many rows. */
  purge(): Promise<number>;
  /** Ends timers and listeners; the store stays open. */
  stop(): Promise<void>;
}

/**
 * The sessions that users signed in to: created, recognised, listed and ended, on any number of servers that share a store.
 *
 * @throws TypeError or RangeError naming the option that is wrong
 */
export function createSessionRegistry(options: RegistryOptions): SessionRegistry {
  const settings = settingsOf(options);
  const { store, clock, cache, notifier, key, rates } = settings;
  const onError = (error: unknown) => {
    try {
      settings.onError(error);
    } catch {
      // Whoever listens has no part in what goes on here.
    }
  };
  const listeners = new Set<(guids: readonly string[]) => void>();
  let kick = () => {};

  function emit(event: RegistryEvent): void {
    if (event.event === "audit" && event.type === "notice_queued") kick();
    try {
      options.onEvent?.(event);
    } catch (error) {
      onError(error);
    }
  }
  function tell(guids: readonly string[]): void {
    for (const listener of listeners) {
      try {
        listener(guids);
      } catch (error) {
        onError(error);
      }
    }
  }

  const limiters = {
    misses: createRateLimiter(rates.misses, MINUTE),
    signIns: createRateLimiter(rates.signIns, HOUR),
    revocations: createRateLimiter(rates.revocations, HOUR),
  };
  const ended = (sessions: readonly Session[]) => tell(sessions.map(({ guid }) => guid));
  const context = createContext({ ...settings, onError }, limiters, { emit, ended });

  const stops: Stop[] = [];
  // Others say that something was written; whether it ended is asked where it matters.
  const stopHearing = cache?.onChanged?.((guids) => {
    if (listeners.size === 0) return;
    live(context, guids.slice(0, 500))
      .then((alive) => {
        const over = guids.filter((guid) => !alive.has(guid));
        if (over.length > 0) tell(over);
      })
      .catch(onError);
  });
  if (stopHearing) stops.push(stopHearing);
  if (options.jobs !== false) stops.push(startPurge(context));
  const delivery =
    notifier && key
      ? { store, clock, options: notifier, onError, linkOf: (notice: Notice) => linkOf(key, notice) }
      : undefined;
  if (delivery && options.jobs !== false) {
    const running = startDelivery(delivery);
    kick = running.kick;
    stops.push(running.stop);
  }

  return {
    create: (input) => create(context, input),
    authenticate: (input) => authenticate(context, input),
    reauthenticate: (input) => reauthenticate(context, input),
    stepUp: (input) => stepUp(context, input),
    async signOut({ token, legacyToken }) {
      const done = await signOut(context, token);
      return (await signOutLegacy(context, legacyToken)) || done;
    },
    list: (userId, listOptions) => list(context, userId, listOptions),
    revoke: (input) => revoke(context, input),
    revokeOthers: (input) => revokeOthers(context, input),
    revokeAll: (input) => revokeAll(context, input),
    rename: (userId, uid, label) => rename(context, userId, uid, label),
    impersonate: (input) => impersonate(context, input),
    live: (guids) => live(context, guids),
    onEnded(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async banners(userId, current) {
      const now = clock.now();
      const [notices, sessions] = await Promise.all([
        store.noticesOf(userId, now - 30 * 24 * HOUR),
        store.sessionsOf(userId),
      ]);
      return bannersOf(notices, sessions, current, now);
    },
    report: {
      look: (token) => lookReport(context, token),
      confirm: (token) => confirmReport(context, token),
    },
    deliver: async () => (delivery ? deliver(delivery) : 0),
    audit: (query) => store.audit(query),
    export: (userId) => exportUser(context, userId),
    async erase(userId) {
      const guids = (await store.sessionsOf(userId)).map(({ guid }) => guid);
      const count = await store.erase(userId);
      await cache?.changed(guids);
      if (guids.length > 0) tell(guids);
      return count;
    },
    purge: () => purge(context),
    async stop() {
      for (const stop of stops.splice(0)) stop();
      listeners.clear();
    },
  };
}
