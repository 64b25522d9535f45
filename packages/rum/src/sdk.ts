import type {
  Answer,
  Channel,
  Options,
  OptionTable,
  PageLifecycle,
  RelativeMs,
  Scope,
  ToEpoch,
  WireEvent,
} from "@sojourn/core";
import type { SessionManager } from "@sojourn/session";
import type { Cleaner } from "./clean.js";
import type { RumOptions } from "./options.js";
import type { Recorder } from "./pipeline.js";
import type { Views } from "./views/index.js";
import type { View } from "./views/view.js";
import type { Who } from "./who.js";

/** An event on its way, with the moment it began and the view it belongs to. */
export interface Passing {
  event: WireEvent;
  at: RelativeMs;
  view: View;
}

/** The measurement that runs, as a feature sees it. Everything a feature begins belongs to `scope`. */
export interface Sdk {
  readonly scope: Scope;
  readonly options: RumOptions;
  readonly toEpoch: ToEpoch;
  /** What the page did before this moment of the document is not measured. 0 for everything. */
  readonly since: RelativeMs;
  readonly clean: Cleaner;
  readonly lifecycle: PageLifecycle;
  readonly sessions: SessionManager<View>;
  readonly views: Views;
  readonly who: Who;
  /** Takes an event into its view and session. False when it was not kept. */
  readonly record: Recorder;
  /** An event gets its last fields, before `beforeSend` sees it. */
  readonly assembling: Channel<Passing>;
  /** An event was kept: it leaves with the next body, or waits until consent or the session allows it. */
  readonly kept: Channel<Passing>;
  /** Consent was given: the page's requests may tell of the session. */
  granted(): boolean;
  /** Bytes of the bodies that went out so far. */
  sentBytes(): number;
  /** What the intake says to bodies. */
  readonly heard: Channel<Answer>;
  /** A context of the page's as plain data within bounds; what cannot be kept is said, and counted as left out. */
  readonly copy: Copy;
  /** Facts were left out, for this reason. The view says how many. */
  drop(reason: string, count?: number): void;
  /** The one that this measurement has of what several features use; the first that asks makes it. */
  share<T>(make: (sdk: Sdk) => T): T;
}

/** What the page gave as a context, as plain data within bounds. Where it cannot be kept that is said, and it is `otherwise`. */
export type Copy = (given: unknown, otherwise?: Record<string, unknown>) => Record<string, unknown>;

/** What runs of a feature. `M`: the methods that it gives to the SDK's object. */
export interface Started<M = object> {
  /** Records what still waits: a body is about to leave. `exit`: the page may be gone after this. */
  drain?(exit: boolean): void;
  /** Consent was given. */
  grant?(): void;
  /**
   * What the methods do. `at` is the moment of the call, which may have been before the measurement began. `early` takes
   * an error event that the page's stand-in caught.
   */
  calls?: { [K in keyof M]: M[K] extends (...args: infer A) => void ? (at: RelativeMs, ...args: A) => void : never } & {
    early?(at: RelativeMs, event: Event): void;
  };
}

/**
 * One thing that is measured. `start` is called each time the measurement begins. What must outlive it stays in the
 * closure of the function that made the feature, so that each SDK has its own.
 */
export interface Feature<M extends object = object, T extends OptionTable = OptionTable> {
  /** Options of `init` that this feature brings. */
  readonly options?: T;
  /** Names of the methods that {@link Started.calls} answers. */
  readonly methods?: readonly (keyof M & string)[];
  /** Methods that need no measurement: what they say holds, whenever it was said. `renew` begins a new session. */
  says?(who: Who, copy: Copy, renew: () => void): M;
  start(sdk: Sdk, options: Options<T>): Started<M> | undefined;
  /** Removes what the feature keeps in the browser, whether it runs or not. */
  forget?(options: RumOptions): void;
  /** Never there: what a caller's types are derived from. */
  readonly types?: { methods: M };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever it gives and asks for
export type AnyFeature = Feature<any, any>;
