import {
  createChannel,
  createClock,
  createReport,
  createScope,
  guard,
  type Options,
  type OptionsInput,
  type OptionTable,
  type RelativeMs,
  readOptions,
  type Scope,
  whenActivated,
} from "@sojourn/core";
import { describeSession, type SessionInfo } from "@sojourn/session";
import { copyContext } from "./context.js";
import { type InitOptions, OPTIONS, type RumOptions, type TrackingConsent } from "./options.js";
import { forgetTab } from "./page.js";
import type { AnyFeature, Copy } from "./sdk.js";
import { type Running, startRum } from "./start.js";
import { forgetSpool, sessionStore } from "./stores.js";
import { SDK } from "./version.js";
import type { ViewMethods } from "./views/calls.js";
import { createWho } from "./who.js";

/**
 * What every SDK can, whatever it measures. No call throws or blocks. Calls before `init` are done after it, with the
 * time they were made at; on a server none has an effect.
 */
export interface Core<Init = InitOptions> extends ViewMethods {
  readonly version: string;
  /** Begins to measure. What is wrong with the options is said on the console, and nothing is measured then. */
  init(options: Init): void;
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
  /**
   * Sends what is waiting. Resolves with whether all of it was answered: as soon as it is, or when that will take longer,
   * since nothing can be reached.
   */
  flush(): Promise<boolean>;
  /** Sends what is waiting and removes every listener, timer and patch. `init` may be called again. */
  stop(): void;
}

type Both<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer A) => void ? A : never;
type MethodsOf<F> = F extends { readonly types?: { methods: infer M } } ? M : never;
type TableOf<F> = F extends { readonly options?: infer T } ? NonNullable<T> : never;
type InputOf<F> = TableOf<F> extends infer T ? (T extends OptionTable ? OptionsInput<T> : never) : never;

/** An SDK made of these features: their methods, and `init` with their options. */
export type Rum<F extends readonly unknown[]> = Core<InitOptions & Both<InputOf<F[number]>>> &
  Both<MethodsOf<F[number]>>;

type Call = [method: string, args: ArrayLike<unknown>, at?: number, answer?: unknown];
type Caught = [event: Event, at: number];

/** What a page may leave in the SDK's place while its file is on the way. `at` is the moment of each, as of the page's clock. */
export interface StandIn {
  /** Calls. What one answers is put into its fourth place when it is done. */
  q?: Call[];
  /** Error events. */
  e?: Caught[];
  /** What listens for them on the window, before everybody else. */
  l?(event: Event): void;
}

export interface Made<F extends readonly unknown[]> {
  rum: Rum<F>;
  /** Does what was called on a stand-in. */
  replay(standIn: StandIn): void;
}

/** Calls that come before `init` are done after it, up to this many. */
const MAX_EARLY = 200;

/** An SDK of its own. Several can live on one page, with different cookies. */
export function createSdk<const F extends readonly AnyFeature[]>(features: F): Made<F> {
  const report = createReport();
  const who = createWho();
  const changes = createChannel<SessionInfo | undefined>(report);
  const table: OptionTable = Object.assign({}, OPTIONS, ...features.map((feature) => feature.options));
  let options: RumOptions | undefined;
  let scope: Scope | undefined;
  let running: Running | undefined;
  let early: ((rum: Running) => void)[] = [];
  /** Calls that were too many. */
  let lost = 0;
  /** What the application, or its options, said last. */
  let consent: TrackingConsent | undefined;
  /** What the application's last word was, where that was no: it holds over `stop`, and over options. */
  let refused: "denied" | undefined;
  let stopped = false;
  let since = 0 as RelativeMs;
  const now = () => performance.now() as RelativeMs;

  function start(own: Scope, granted: boolean): void {
    if (!options) return;
    running = guard(report, startRum)({ scope: own, options, features, who, copy, granted, since });
    if (!running) {
      // Half an SDK would be none that says so: nothing stays, and `init` may be called again.
      end();
      options = undefined;
      return;
    }
    own.add(running.sessions.changed.on(announce));
    announce();
    running.drop("early", lost);
    for (const call of early) guard(report, call)(running);
    early = [];
    lost = 0;
  }

  function end(): void {
    // What happens until the next beginning is not measured then.
    if (running) since = now();
    scope?.stop();
    scope = running = undefined;
  }

  const announce = () => changes.emit(core.getSession());

  /** Does what the application said last. */
  function applyConsent(): void {
    if (!options) return;
    const granted = consent === "granted";
    if (running && granted) {
      running.grant();
      return;
    }
    end();
    if (!granted) forget(options);
    if (consent === "denied") {
      early = [];
      lost = 0;
      return;
    }
    const own = createScope(createClock(), report);
    scope = own;
    whenActivated(own, () => start(own, granted));
  }

  function whenRunning(call: (rum: Running) => void): void {
    if (running) call(running);
    else if (consent !== "denied" && !stopped) {
      if (early.length < MAX_EARLY) early.push(call);
      else lost++;
    }
  }

  /** Removes whatever measuring has left in this browser, whether it runs or not. */
  function forget(options: RumOptions): void {
    sessionStore(options).erase();
    forgetSpool(options);
    forgetTab();
    for (const feature of features) feature.forget?.(options);
  }

  const copy: Copy = (given, otherwise) => {
    const leftOut = (error: unknown) => {
      report(error);
      running?.drop("context");
    };
    return copyContext(given, leftOut, otherwise);
  };

  const core: Omit<Core, keyof ViewMethods | "version"> = {
    init(given) {
      if (options) return;
      const read = readOptions(table, given);
      if ("error" in read) {
        console.error(`[sojourn] init: ${read.error}`);
        return;
      }
      options = read as unknown as Options<typeof OPTIONS>;
      if (stopped) since = now();
      stopped = false;
      consent ??= initialConsent(options, given.trackingConsent !== undefined);
      applyConsent();
    },
    setTrackingConsent(given) {
      if (!OPTIONS.trackingConsent.check(given)) {
        console.error(`[sojourn] setTrackingConsent: ${given} is none`);
        return;
      }
      // The time that it was refused for is not measured.
      if (consent === "denied") since = now();
      consent = given;
      refused = given === "denied" ? given : undefined;
      applyConsent();
    },
    getSession: () => running && describeSession(running.sessions.current(), options ?? {}),
    onSessionChange: changes.on,
    startSession: () => running?.sessions.start(),
    stopSession: () => running?.sessions.end(),
    flush: () => running?.flush() ?? Promise.resolve(false),
    stop() {
      running?.leave();
      end();
      stopped ||= !!options;
      options = undefined;
      consent = refused;
    },
  };

  const rum: Record<string, unknown> = { version: SDK.version };
  // On a server one instance meets many people: nothing is remembered there, not even a user.
  const inert = typeof document === "undefined";
  const give = (name: string, method: (...args: unknown[]) => unknown) => {
    rum[name] = inert && name !== "flush" ? () => {} : guard(report, method);
  };
  for (const feature of features) Object.assign(core, feature.says?.(who, copy, core.startSession));
  for (const [name, method] of Object.entries(core)) give(name, method as () => unknown);
  const methods: readonly string[] = ["startView", "setViewName", "setViewContext", "addTiming"];
  for (const name of methods.concat(...features.map((feature) => feature.methods ?? []))) {
    give(name, (...args) => callAt(name, now(), args));
  }

  function callAt(name: string, at: RelativeMs, args: readonly unknown[]): void {
    whenRunning((current) => current.call(name, at, args));
  }

  const perform = guard(report, (call: Call) => {
    const [name, given, at = now()] = call;
    const args = Array.from(given);
    if (name in core) call[3] = (rum[name] as (...args: unknown[]) => unknown)(...args);
    else callAt(name, at as RelativeMs, args);
  });

  return {
    rum: rum as Rum<F>,
    replay(standIn) {
      const { q = [], e = [], l = () => {} } = standIn;
      const quit = () => {
        for (const type of ["error", "unhandledrejection"]) removeEventListener(type, l, true);
      };
      const caught = ([event, at]: Caught): Call => ["early", [event], at];
      // The stand-in listens until we do.
      whenRunning(quit);
      // In the order of the page, so that an error has the view and the context of its moment.
      for (const call of [...q, ...e.map(caught)].sort((a, b) => Number(a[2]) - Number(b[2]))) perform(call);
      if (consent === "denied") quit();
      // Whoever kept the stand-in still calls us.
      standIn.q = queue(perform);
      standIn.e = queue((event) => perform(caught(event)));
    },
  };
}

/** A list of which the stand-in needs no more than this. Not one whose `push` is another: a page may have frozen that. */
const queue = <T>(push: (one: T) => void) => ({ length: 0, push }) as unknown as T[];

/** The browser's general no counts only where the application says so and has not said otherwise explicitly. */
function initialConsent(
  { trackingConsent, honorGlobalPrivacyControl }: RumOptions,
  explicit: boolean,
): TrackingConsent {
  const { globalPrivacyControl } = navigator as { globalPrivacyControl?: boolean };
  return honorGlobalPrivacyControl && globalPrivacyControl && !explicit ? "denied" : trackingConsent;
}
