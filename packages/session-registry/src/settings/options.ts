import type { AppPattern } from "@sojourn/client-info";
import type { SessionCache } from "../cache/cache.js";
import { type Clock, DAY, HOUR, MINUTE, systemClock } from "../clock.js";
import type { RegistryEvent } from "../events.js";
import { type LIFETIMES, type Lifetime, type LifetimeOptions, lifetimeOf } from "../model/lifetime.js";
import type { Limit } from "../model/limit.js";
import { type Random, systemRandom } from "../model/token.js";
import type { NotifierOptions } from "../notices/delivery.js";
import { type ClientPolicy, defaultPolicy } from "../policy/policy.js";
import type { RegistryStore } from "../stores/store.js";
import { oneOf, whole } from "./check.js";

export interface LegacyOptions {
  /**
   * `dual`: old tokens let in and are exchanged; those that run the old system still take them. `prefer-new`: the same, and
   * adapters remove the old cookie. `deny-legacy`: old tokens let nobody in. @default "dual"
   */
  readonly phase?: "dual" | "prefer-new" | "deny-legacy";
  /** From then on old tokens let nobody in, whatever the phase. */
  readonly until?: Date;
  /** Whose token it is, and since when; `null` for none. What it throws lets nobody in and is reported. */
  readonly verify: (token: string) => Promise<LegacyLogin | null> | LegacyLogin | null;
  /** Ends a token in the old system too: for sign-outs that bring one. */
  readonly end?: (token: string) => Promise<void> | void;
}

export interface LegacyLogin {
  readonly userId: string;
  readonly issuedAt: Date;
}

export interface ImpersonationOptions {
  /** Whether this actor may act as that user: not for those of an equal or a higher role. @default nobody may */
  readonly may?: (actorId: string, userId: string) => Promise<boolean> | boolean;
  /** The longest, minutes. @default 60 */
  readonly maxMinutes?: number;
  /** What an actor may not do in the user's name; asked by {@link Authenticated.may}. @default ["credentials", "sessions", "email", "payments"] */
  readonly denied?: readonly string[];
  /** Whether users see in their list that somebody acted for them. @default true */
  readonly visible?: boolean;
}

export interface RegistryOptions {
  /** Shared by all instances. It stays open when the registry stops. */
  readonly store: RegistryStore;
  /**
   * `guid`: at least 32 bytes of chance, kept apart from the database; sessions are named by it, and what is derived from it
   * signs links. Without it names are plain hashes of user and uid, and neither notices nor migration can be had.
   */
  readonly keys?: { readonly guid: string | Uint8Array };
  /** @default 120 days without a request, 365 days over all, fresh for 15 minutes */
  readonly lifetime?: LifetimeOptions | keyof typeof LIFETIMES;
  /** @default { max: 100, onExceed: "evict-lru" } */
  readonly limit?: { readonly max?: number; readonly onExceed?: Limit["onExceed"] };
  /**
   * What becomes of requests from a client that is not quite the session's. `monitor` writes down what it would do and does no
   * more than `touch`. A function is `{ mode: "enforce", decide }`. @default { mode: "monitor", decide: defaultPolicy }
   */
  readonly policy?: ClientPolicy | { readonly mode?: PolicyMode; readonly decide?: ClientPolicy };
  /** Tells users of new sign-ins. @default nobody is told; the list shows them */
  readonly notifier?: NotifierOptions;
  /** Tokens of the system before. @default none are taken */
  readonly legacy?: LegacyOptions;
  readonly impersonation?: ImpersonationOptions;
  /** How much of addresses is kept, and compared. @default "truncate": IPv4 to /24, IPv6 to /48 */
  readonly address?: "full" | "truncate" | "none";
  /**
   * Sessions that were just read, for so short a time that revocations without a {@link SessionCache.onEnded bus} are late
   * by no more than that. @default none: each request reads the store
   */
  readonly cache?: SessionCache;
  /** Exchanges secrets each so many hours, and ends a session whose old secret comes back. @default never */
  readonly rotateHours?: number;
  /** Bounds on what one client or user can make the store do. */
  readonly rates?: {
    /** Tokens that are none, from one IPv4 address or IPv6 /64, in a minute. @default 60 */
    readonly misses?: number;
    /** Sign-ins of one user in an hour. @default 200 */
    readonly signIns?: number;
    /** Revocations of one user in an hour. @default 200 */
    readonly revocations?: number;
  };
  /** Whether this instance removes what no longer needs to be kept. @default true */
  readonly jobs?: boolean;
  /** Hears of everything that happens, for logs and figures; without credentials. */
  readonly onEvent?: (event: RegistryEvent) => void;
  /** Hears of what went wrong beside the call at hand. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  /** @default crypto.randomBytes */
  readonly random?: Random;
}

export type PolicyMode = "off" | "monitor" | "enforce";
export type { AppPattern };

export interface Settings {
  readonly store: RegistryStore;
  readonly key: Uint8Array | undefined;
  readonly lifetime: Lifetime;
  readonly limit: Limit;
  readonly policy: { readonly mode: PolicyMode; readonly decide: ClientPolicy };
  readonly legacy: LegacyOptions | undefined;
  readonly notifier: NotifierOptions | undefined;
  readonly impersonation: Required<Omit<ImpersonationOptions, "maxMinutes">> & { readonly maxMs: number };
  readonly address: "full" | "truncate" | "none";
  readonly cache: SessionCache | undefined;
  readonly rotateMs: number | undefined;
  readonly rates: { readonly misses: number; readonly signIns: number; readonly revocations: number };
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (error: unknown) => void;
}

const SHORTEST_KEY = 32;

/** @throws TypeError or RangeError naming the option, what was given and what is accepted */
export function settingsOf(options: RegistryOptions): Settings {
  const { limit = {}, policy = {}, impersonation = {}, rates = {}, legacy, notifier } = options;
  const key = keyOf(options.keys?.guid);
  if (!key && notifier) throw new TypeError("keys.guid is needed by notifier, whose links are signed with it");
  if (!key && legacy) throw new TypeError("keys.guid is needed by legacy, whose new tokens are derived with it");
  if (legacy?.phase !== undefined) oneOf("legacy.phase", legacy.phase, ["dual", "prefer-new", "deny-legacy"]);
  const plan = typeof policy === "function" ? { mode: "enforce" as const, decide: policy } : policy;
  return {
    store: options.store,
    key,
    lifetime: lifetimeOf(options.lifetime),
    limit: {
      max: whole("limit.max", limit.max ?? 100, 1, 1000),
      onExceed: oneOf("limit.onExceed", limit.onExceed ?? "evict-lru", ["evict-lru", "deny"]),
    },
    policy: {
      mode: oneOf("policy.mode", plan.mode ?? "monitor", ["off", "monitor", "enforce"]),
      decide: plan.decide ?? defaultPolicy,
    },
    legacy,
    notifier,
    impersonation: {
      may: impersonation.may ?? (() => false),
      maxMs: whole("impersonation.maxMinutes", impersonation.maxMinutes ?? 60, 1, 60) * MINUTE,
      denied: impersonation.denied ?? ["credentials", "sessions", "email", "payments"],
      visible: impersonation.visible ?? true,
    },
    address: oneOf("address", options.address ?? "truncate", ["full", "truncate", "none"]),
    cache: options.cache,
    rotateMs:
      options.rotateHours === undefined ? undefined : whole("rotateHours", options.rotateHours, 1, 24 * 365) * HOUR,
    rates: {
      misses: whole("rates.misses", rates.misses ?? 60, 1, 1_000_000),
      signIns: whole("rates.signIns", rates.signIns ?? 200, 1, 1_000_000),
      revocations: whole("rates.revocations", rates.revocations ?? 200, 1, 1_000_000),
    },
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    onError: options.onError ?? (() => {}),
  };
}

function keyOf(given: string | Uint8Array | undefined): Uint8Array | undefined {
  if (given === undefined) return undefined;
  const key = typeof given === "string" ? Buffer.from(given) : given;
  if (!(key instanceof Uint8Array) || key.byteLength < SHORTEST_KEY)
    throw new TypeError(`keys.guid must have at least ${SHORTEST_KEY} bytes`);
  return key;
}

/** Rows older than these are removed. */
export const KEPT = { notices: 30 * DAY } as const;
