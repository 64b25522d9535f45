import {
  createClock,
  createReport,
  createScope,
  guard,
  readOptions,
  type Scope,
  type UserContext,
} from "@sojourn/core";
import { type InitOptions, OPTIONS, type RumOptions, type TrackingConsent } from "./options.js";
import type { Who } from "./pipeline.js";
import { type Running, startRum } from "./start.js";
import { SDK } from "./version.js";

/** A session as the application sees it. */
export interface SessionInfo {
  id: string;
  type: "user" | "synthetics";
  /** Epoch ms. */
  created: number;
  /** Epoch ms; moves with activity. */
  expire: number;
  /** False for the moment in which the id may still be replaced by that of another tab. */
  confirmed: boolean;
}

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
  /** `granted` begins to measure; anything else stops and removes what was stored. */
  setTrackingConsent(consent: TrackingConsent): void;
  /** The session of this moment, or `undefined` when there is none. */
  getSession(): SessionInfo | undefined;
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
  let options: RumOptions | undefined;
  let scope: Scope | undefined;
  let running: Running | undefined;
  let early: ((rum: Running) => void)[] = [];

  function begin(): void {
    if (running || !options) return;
    scope = createScope(createClock(), report);
    running = startRum(scope, options, who);
    for (const call of early) guard(report, call)(running);
    early = [];
  }

  function end(): void {
    scope?.stop();
    scope = running = undefined;
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
      if (options.trackingConsent === "granted") begin();
    },
    addAction: (name, context) => whenRunning((rum) => rum.actions.add(String(name), context)),
    addError: (error, context) => whenRunning((rum) => rum.errors.add(error, context)),
    addTiming: (name) => whenRunning((rum) => rum.views.timing(String(name))),
    startView: (name) => whenRunning((rum) => rum.views.start(String(name))),
    setUser(user) {
      who.user = userContext(user);
    },
    clearUser() {
      who.user = {};
    },
    setGlobalContext(context) {
      who.context = { ...context };
    },
    setTrackingConsent(consent) {
      if (consent === "granted") begin();
      else {
        running?.erase();
        end();
      }
    },
    getSession() {
      const session = running?.sessions.current();
      if (!session) return undefined;
      const { id, created, expire, confirmed } = session;
      return { id, type: running?.type() ?? "user", created, expire, confirmed };
    },
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

function userContext({ id, name, email }: User): UserContext {
  const text = (value: unknown) => (value === undefined || value === null ? undefined : String(value).slice(0, 256));
  return { user_id: text(id), user_name: text(name), user_email: text(email) };
}
