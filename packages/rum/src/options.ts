import {
  choice,
  flag,
  type Option,
  type Options,
  type OptionsInput,
  optionalChoice,
  optionalText,
  range,
  rate,
  requiredText,
  type WireEvent,
} from "@sojourn/core";
import { LIMITS } from "@sojourn/session";

/** Sees every event before it is kept; may change it, and `false` drops it. View events cannot be dropped. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type BeforeSend = (event: WireEvent) => boolean | void;

const httpUrl = {
  accepts: 'the full intake URL, such as "https://rum.example/v1/rum"',
  check: (value: unknown): value is string => typeof value === "string" && /^(https?:)?\/./.test(value),
  required: true,
} as const;

const hook: Option<BeforeSend> = {
  accepts: "a function",
  check: (value: unknown): value is BeforeSend => typeof value === "function",
};

/** Every option of `init`: what it accepts and what it is when it is not given. */
export const OPTIONS = {
  /** Id of the application, as the collector's configuration names it. */
  applicationId: requiredText("the application's id, a string"),
  /** Public token of the application. */
  clientToken: requiredText("the application's client token, a string"),
  /** Full URL of the intake. */
  endpoint: httpUrl,
  service: optionalText,
  env: optionalText,
  version: optionalText,
  /** Percentage of sessions that are measured. Default 100. */
  sessionSampleRate: rate(100),
  /** Nothing is stored or sent before `granted`. Default `granted`. */
  trackingConsent: choice(["granted", "pending", "denied"], "granted"),
  /** What kind of session this is, where the application knows better than detection. */
  sessionType: optionalChoice(["user", "synthetics"]),
  /** Recognise automation by `navigator.webdriver` and HeadlessChrome. Default true. */
  detectSynthetics: flag(true),
  /** Also count events that a script made. Default false. */
  allowUntrustedEvents: flag(false),
  /** Whether becoming visible begins a new session after the last one expired, or only a person's action. Default `visible`. */
  renewOn: choice(["visible", "interaction"], "visible"),
  /** A session ends this many milliseconds after the last activity. Default 900,000: 15 minutes. */
  sessionIdleMs: range(1000, 86_400_000, LIMITS.idle),
  /** A session ends this many milliseconds after it began, whatever happens. Default 14,400,000: 4 hours. */
  sessionMaxMs: range(1000, 86_400_000, LIMITS.longest),
  /** Name of the session's cookie. Default `_sojourn_s`. */
  cookieName: {
    accepts: "letters, digits, - and _",
    check: (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,64}$/.test(value),
    fallback: "_sojourn_s",
  },
  /** Domain of the session's cookie, to share the session between subdomains. Default: this host alone. */
  cookieDomain: optionalText,
  beforeSend: hook,
} as const;

export type RumOptions = Options<typeof OPTIONS>;
/** What `init` takes. */
export type InitOptions = OptionsInput<typeof OPTIONS>;
export type TrackingConsent = RumOptions["trackingConsent"];
