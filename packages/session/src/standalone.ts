import {
  chooseStore,
  createChannel,
  createClock,
  createReport,
  createScope,
  type StoreKind,
  startLifecycle,
  whenActivated,
} from "@sojourn/core";
import { observeActivity } from "./activity.js";
import { describeSession, type SessionInfo } from "./info.js";
import { type SessionManager, startSession } from "./manager.js";
import { LIMITS } from "./stored.js";
import type { TypeOptions } from "./type.js";

export interface StandaloneOptions extends TypeOptions {
  /** Share the session with every subdomain of the site. Default: this host alone. */
  acrossSubdomains?: boolean | undefined;
  /** A session of its own under each site that embeds this page (CHIPS). */
  partitioned?: boolean | undefined;
  /** Name of the cookie. Default `_sojourn_s`: the session is then the one that `@sojourn/rum` has. */
  name?: string;
  /** Milliseconds. Default 900,000: 15 minutes. */
  idleMs?: number;
  /** Milliseconds. Default 14,400,000: 4 hours. */
  maxMs?: number;
  /** Default `visible`; `interaction`: becoming visible keeps a session alive but begins none. */
  renewOn?: "visible" | "interaction";
  /** Where the session may be kept, in order. Default cookie, localStorage, memory. */
  persistence?: readonly StoreKind[];
  /** False: nothing is stored before {@link Standalone.grant}. Default true. */
  granted?: boolean;
  /** Also count what a script did as activity. Default false. */
  allowUntrustedEvents?: boolean;
}

/** The session of a page, without anything that is measured in it. */
export interface Standalone {
  /** The session of this moment, or `undefined` when there is none. */
  getSession(): SessionInfo | undefined;
  /** Calls back when a session begins, gets its final id, or ends (`undefined`). The answer stops that. */
  onSessionChange(callback: (session: SessionInfo | undefined) => void): () => void;
  /** Begins a new session in all tabs. */
  startSession(): void;
  /** Ends the session in all tabs; the next activity in any of them begins another. */
  stopSession(): void;
  /** Consent was given: the session may be stored. */
  grant(): void;
  /** Removes what was stored. */
  erase(): void;
  /** Removes every listener and timer. */
  stop(): void;
}

/**
 * Begins or goes on with the session of this browser. It exists when this returns; on a prerendered page when somebody
 * sees it, and on a server never.
 */
export function createSession(options: StandaloneOptions = {}): Standalone {
  const { name = "_sojourn_s", idleMs = LIMITS.idle, maxMs = LIMITS.longest, renewOn, granted } = options;
  const scope = createScope(createClock(), createReport());
  const store = chooseStore(
    name,
    {
      maxAge: maxMs / 1000,
      trackAcrossSubdomains: options.acrossSubdomains,
      partitionedCookie: options.partitioned,
    },
    options.persistence,
  );
  const limits = { idle: idleMs, longest: maxMs };
  const changed = createChannel<void>(scope.report);
  let sessions: SessionManager | undefined;

  const getSession = () => describeSession(sessions?.current(), options);
  function begin(): void {
    const begun = startSession({ scope, store, name, limits, renewOn, granted });
    sessions = begun;
    const lifecycle = startLifecycle(scope);
    observeActivity(scope, options.allowUntrustedEvents ?? false, begun.activity);
    lifecycle.visible.on(begun.visible);
    lifecycle.exit.on(({ seen }) => begun.exit(seen));
    begun.changed.on(() => changed.emit());
    changed.emit();
  }
  if (typeof document !== "undefined") whenActivated(scope, begin);

  return {
    getSession,
    onSessionChange: (callback) => changed.on(() => callback(getSession())),
    startSession: () => sessions?.start(),
    stopSession: () => sessions?.end(),
    grant: () => sessions?.grant(),
    erase: store.erase,
    stop: scope.stop,
  };
}
