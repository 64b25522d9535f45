import {
  createClock,
  createReport,
  createScope,
  guard,
  readOptions,
  type Scope,
  type UserContext,
} from "@sojourn/core";
import { describeSession, type SessionInfo } from "@sojourn/session";
import { type InitOptions, OPTIONS, type RumOptions, type TrackingConsent } from "./options.js";
import type { Who } from "./pipeline.js";
import { type Running, startRum } from "./start.js";
import { SDK } from "./version.js";

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
  const listeners = new Set<(session: SessionInfo | undefined) => void>();
  let options: RumOptions | undefined;
  let scope: Scope | undefined;
  let running: Running | undefined;
  let early: ((rum: Running) => void)[] = [];

  function begin(granted: boolean): void {
    if (!options) return;
    if (running) {
      if (granted) running.grant();
      return;
    }
    scope ??= createScope(createClock(), report);
    if (isPrerendering()) {
      // Nobody sees the page yet; if somebody ever does, its session begins then.
      whenActivated(scope, () => begin(granted));
      return;
    }
    running = startRum(scope, options, who, granted);
    scope.add(running.sessions.changed.on(announce));
    scope.add(running.sessions.settled.on(announce));
    announce();
    for (const call of early) guard(report, call)(running);
    early = [];
  }

  function end(): void {
    scope?.stop();
    scope = running = undefined;
  }

  function announce(): void {
    for (const listener of [...listeners]) guard(report, listener)(api.getSession());
  }

  function whenRunning(call: (rum: Running) => void): void {
    if (running) call(running);
    else if (early.length < MAX_EARLY) early.push(call);
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
      const consent = initialConsent(options, "trackingConsent" in given);
      if (consent !== "denied") begin(consent === "granted");
    },
    addAction: (name, context) => whenRunning((rum) => rum.actions.add(String(name), context)),
    addError: (error, context) => whenRunning((rum) => rum.errors.add(error, context)),
    addTiming: (name) => whenRunning((rum) => rum.views.timing(String(name))),
    startView: (name) => whenRunning((rum) => rum.views.start(String(name))),
    setUser(user) {
      const before = who.user.user_id;
      who.user = userContext(user);
      const other = before !== undefined && before !== who.user.user_id;
      if (other && options?.rotateOnUserChange) running?.sessions.start();
    },
    clearUser() {
      who.user = {};
    },
    setGlobalContext(context) {
      who.context = { ...context };
    },
    setTrackingConsent(consent) {
      if (consent === "granted") {
        begin(true);
        return;
      }
      running?.erase();
      end();
      if (consent === "pending") begin(false);
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

const isPrerendering = (): boolean => (document as { prerendering?: boolean }).prerendering === true;

function whenActivated(scope: Scope, begin: () => void): void {
  let begun = false;
  scope.listen(document, ["prerenderingchange"], () => {
    if (!begun) begin();
    begun = true;
  });
}

function userContext({ id, name, email }: User): UserContext {
  const text = (value: unknown) => (value === undefined || value === null ? undefined : String(value).slice(0, 256));
  return { user_id: text(id), user_name: text(name), user_email: text(email) };
}
