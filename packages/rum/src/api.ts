import {
  createClock,
  createReport,
  createScope,
  guard,
  type RelativeMs,
  readOptions,
  type Scope,
  type UserContext,
  whenActivated,
} from "@sojourn/core";
import { describeSession, type SessionInfo } from "@sojourn/session";
import { copyContext } from "./context.js";
import { type InitOptions, OPTIONS, type RumOptions, type TrackingConsent } from "./options.js";
import type { Who } from "./pipeline.js";
import { type Running, startRum } from "./start.js";
import { eraseStored } from "./stores.js";
import { SDK } from "./version.js";
import type { VitalSource } from "./vitals/index.js";

export interface User {
  id?: string;
  name?: string;
  email?: string;
}

type Context = Record<string, unknown>;

/** The SDK. No call of it throws or blocks. Calls before `init` are done after it; on a server none has an effect. */
export interface Sojourn {
  readonly version: string;
  /** Begins to measure. What is wrong with the options is said on the console, and nothing is measured then. */
  init(options: InitOptions): void;
  /** Records an action that is no click. */
  addAction(name: string, context?: Context): void;
  /** Records an error that was caught. Anything thrown is accepted. */
  addError(error: unknown, context?: Context): void;
  /** Marks this moment in the current view, as time since its start. */
  addTiming(name: string): void;
  /** Ends the current view and begins one of this name at the same address. */
  startView(name: string): void;
  /** Says who is there, from the next event on. */
  setUser(user: User): void;
  clearUser(): void;
  /** Replaces what every event carries in `context`. */
  setGlobalContext(context: Context): void;
  /**
   * `granted` stores and sends, what was remembered since `init` included. `pending` only remembers, in bounded memory.
   * `denied` stops, forgets, and removes what was stored.
   */
  setTrackingConsent(consent: TrackingConsent): void;
  /** The session of this moment, or `undefined` when there is none. */
  getSession(): SessionInfo | undefined;
  /** Calls back when a session begins, gets its final id, or ends (`undefined`). The answer stops that. */
  onSessionChange(callback: (session: SessionInfo | undefined) => void): () => void;
  /** Begins a new session in all tabs: after a sign-in, for the next visitor of a kiosk, for a call. */
  startSession(): void;
  /** Ends the session in all tabs; the next activity in any of them begins another. */
  stopSession(): void;
  /** Sends what is waiting; resolves when it was answered or given up. */
  flush(): Promise<void>;
  /** Sends what is waiting and removes every listener, timer and patch. `init` may be called again. */
  stop(): void;
}

/** Calls that come before `init` are done after it, up to this many. */
const MAX_EARLY = 100;

/** An SDK of its own. Several can live on one page, with different cookies. */
export function createRum(): Sojourn {
  const report = createReport();
  const who: Who = { user: {}, context: {} };
  const vitals: VitalSource = {};
  const listeners = new Set<(session: SessionInfo | undefined) => void>();
  let options: RumOptions | undefined;
  let scope: Scope | undefined;
  let running: Running | undefined;
  let early: ((rum: Running) => void)[] = [];
  /** What the application, or its options, said last. */
  let consent: TrackingConsent | undefined;
  let since = 0 as RelativeMs;

  function begin(granted: boolean): void {
    if (!options) return;
    if (running) {
      if (granted) running.grant();
      return;
    }
    end();
    const own = createScope(createClock(), report);
    scope = own;
    whenActivated(own, () => start(own, granted));
  }

  function start(own: Scope, granted: boolean): void {
    if (!options) return;
    try {
      running = startRum({ scope: own, options, who, granted, since, vitals });
    } catch (error) {
      // Half an SDK would be none that says so: nothing stays, and `init` may be called again.
      report(error);
      end();
      options = undefined;
      return;
    }
    own.add(running.sessions.changed.on(announce));
    announce();
    for (const call of early) guard(report, call)(running);
    early = [];
  }

  function end(): void {
    // What happens until the next beginning is not measured then.
    if (running) since = performance.now() as RelativeMs;
    scope?.stop();
    scope = running = undefined;
  }

  function announce(): void {
    for (const listener of [...listeners]) guard(report, listener)(api.getSession());
  }

  function applyConsent(given: TrackingConsent): void {
    if (given === "granted") {
      begin(true);
      return;
    }
    end();
    if (options) eraseStored(options);
    if (given === "pending") begin(false);
    else early = [];
  }

  function whenRunning(call: (rum: Running) => void): void {
    if (running) call(running);
    else if (consent !== "denied" && early.length < MAX_EARLY) early.push(call);
  }

  const api: Sojourn = {
    version: SDK.version,
    init(given) {
      if (options) return;
      const read = readOptions(OPTIONS, given);
      if ("error" in read) {
        console.error(`[sojourn] init: ${read.error}`);
        return;
      }
      options = read;
      consent ??= initialConsent(options, given.trackingConsent !== undefined);
      applyConsent(consent);
    },
    addAction(name, context) {
      const copy = copyContext(context, report);
      whenRunning((rum) => rum.actions.add(String(name), copy));
    },
    addError(error, context) {
      const copy = copyContext(context, report);
      whenRunning((rum) => rum.errors.add(error, copy));
    },
    addTiming: (name) => whenRunning((rum) => rum.views.timing(String(name))),
    startView: (name) => whenRunning((rum) => rum.views.start(String(name))),
    setUser(user) {
      const before = who.user.user_id;
      const next = userContext(user);
      // The session that ends, and its last view, are still the user's from before.
      if (before !== undefined && before !== next.user_id && options?.rotateOnUserChange) running?.sessions.start();
      who.user = next;
    },
    clearUser() {
      who.user = {};
    },
    setGlobalContext(context) {
      who.context = copyContext(context, report);
    },
    setTrackingConsent(given) {
      if (!OPTIONS.trackingConsent.check(given)) {
        console.error(`[sojourn] setTrackingConsent: ${given}; accepted: ${OPTIONS.trackingConsent.accepts}`);
        return;
      }
      consent = given;
      if (options) applyConsent(given);
    },
    getSession: () => running && describeSession(running.sessions.current(), options ?? {}),
    onSessionChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    startSession: () => running?.sessions.start(),
    stopSession: () => running?.sessions.end(),
    flush: () => running?.flush() ?? Promise.resolve(),
    stop() {
      running?.leave();
      end();
      options = undefined;
      consent = undefined;
    },
  };

  // On a server one instance meets many people: nothing is remembered there, not even a user.
  const inert = typeof document === "undefined";
  for (const [name, method] of Object.entries(api) as [keyof Sojourn, unknown][]) {
    if (typeof method !== "function") continue;
    const safe = inert && name !== "flush" ? () => {} : guard(report, method as () => unknown);
    Object.assign(api, { [name]: safe });
  }
  return api;
}

/** The browser's general no counts only where the application says so and has not said otherwise explicitly. */
function initialConsent(
  { trackingConsent, honorGlobalPrivacyControl }: RumOptions,
  explicit: boolean,
): TrackingConsent {
  const { globalPrivacyControl } = navigator as { globalPrivacyControl?: boolean };
  return honorGlobalPrivacyControl && globalPrivacyControl && !explicit ? "denied" : trackingConsent;
}

function userContext(user: User): UserContext {
  const { id, name, email } = user ?? {};
  const text = (value: unknown) => (value === undefined || value === null ? undefined : String(value).slice(0, 256));
  return { user_id: text(id), user_name: text(name), user_email: text(email) };
}
