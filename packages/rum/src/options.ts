import {
  choice,
  flag,
  hook,
  list,
  matching,
  type Options,
  type OptionsInput,
  optionalChoice,
  optionalText,
  range,
  rate,
  requiredText,
  STORE_KINDS,
  type StoreKind,
  type Transport,
  type UserContext,
  type ViewContext,
  type WireEvent,
} from "@sojourn/core";
import { LIMITS } from "@sojourn/session";

/** Where an event happened and who was there, and what it was made of: the value thrown, the element, the entry. */
export interface About extends Readonly<ViewContext>, Readonly<UserContext> {
  readonly session_id: string;
  readonly source?: unknown;
}

/**
 * Sees the fields of every event before it is kept; may change them, and `false` drops the event. View events cannot be
 * dropped. `about` is only to be read: it is written once for many events.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type BeforeSend = (event: WireEvent, about: About) => boolean | void;

/** Every option of `init`: what it accepts and what it is when it is not given. */
export const OPTIONS = {
  /** Id of the application, as the collector's configuration names it. */
  applicationId: requiredText,
  /** Public token of the application. */
  clientToken: requiredText,
  /** Full URL of the intake. */
  endpoint: { ...matching(/^(https?:)?\/./), required: true },
  service: optionalText,
  env: optionalText,
  version: optionalText,
  /** Percentage of sessions that are measured. Default 100. */
  sessionSampleRate: rate(100),
  /**
   * Percentage of the other sessions that are measured once they have an error, with what came right before it.
   * Default 0.
   */
  sessionOnErrorSampleRate: rate(0),
  /** Nothing is stored or sent before `granted`. Default `granted`. */
  trackingConsent: choice(["granted", "pending", "denied"], "granted"),
  /** Take the browser's Global Privacy Control for a no, unless consent is given explicitly. Default false. */
  honorGlobalPrivacyControl: flag(false),
  /** What kind of session this is, where the application knows better than detection. */
  sessionType: optionalChoice(["user", "synthetics"]),
  /** Recognise automation by `navigator.webdriver` and HeadlessChrome. Default true. */
  detectSynthetics: flag(true),
  /** Also count events that a script made. Default false. */
  allowUntrustedEvents: flag(false),
  /** Whether becoming visible begins a new session after the last one expired, or only a person's action. Default `visible`. */
  renewOn: choice(["visible", "interaction"], "visible"),
  /** A session ends this many milliseconds after the last activity. At most 4 hours; default 900,000: 15 minutes. */
  sessionIdleMs: range(1000, LIMITS.longest, LIMITS.idle),
  /** A session ends this many milliseconds after it began, whatever happens. At most, and by default, 14,400,000: 4 hours. */
  sessionMaxMs: range(1000, LIMITS.longest, LIMITS.longest),
  /** Name of the session's cookie. Default `_sojourn_s`. */
  cookieName: { ...matching(/^[\w-]{1,64}$/), fallback: "_sojourn_s" },
  /** One session for all subdomains of the site. Default false: this host alone. */
  trackAcrossSubdomains: flag(false),
  /** For pages inside frames of other sites: a cookie of its own under each of them (CHIPS). Default false. */
  partitionedCookie: flag(false),
  /** Where the session may be kept, in order. Default `["cookie", "local-storage", "memory"]`; what comes last is always memory. */
  persistence: list<StoreKind>((kind) => STORE_KINDS.includes(kind as StoreKind), STORE_KINDS),
  /**
   * Carries a body to the intake in place of `fetch`, with the same arguments and answer: to another address, with other
   * headers. An `init.keepalive` that is set says that the page may be gone.
   */
  transport: hook<Transport>(),
  /** May change or drop an event before it is kept. */
  beforeSend: hook<BeforeSend>(),
  /** Sees every URL after the built-in cleaning, also those in texts, and answers what may be kept of it. */
  redactUrl: hook<(url: string) => string>(),
  /** A new URL begins no view, only `startView` does. Default false. */
  trackViewsManually: flag(false),
  /** Answers the group of a path, such as `/orders/?`; `undefined` leaves it to the collector. */
  pathGroup: hook<(path: string) => string | undefined>(),
} as const;

export type RumOptions = Options<typeof OPTIONS>;
/** What `init` takes. */
export type InitOptions = OptionsInput<typeof OPTIONS>;
export type TrackingConsent = RumOptions["trackingConsent"];
