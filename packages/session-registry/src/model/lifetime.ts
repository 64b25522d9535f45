import { DAY, type EpochMs, MINUTE, utcDay } from "../clock.js";
import { whole } from "../settings/check.js";
import type { Session } from "./session.js";

export interface LifetimeOptions {
  /** Without a request for so long a session ends, days. @default 120 */
  readonly idleDays?: number;
  /** So long after its sign-in a session ends whatever happens, days. @default 365 */
  readonly absoluteDays?: number;
  /** For shorter ones: idle time in minutes, in the place of `idleDays`. It is then moved on at most once in a quarter of it. */
  readonly idleMinutes?: number;
  /** For shorter ones: in the place of `absoluteDays`. */
  readonly absoluteMinutes?: number;
  /** So long after its user proved who it is a session is fresh, minutes. @default 15 */
  readonly freshMinutes?: number;
}

/**
 * Times of NIST SP 800-63B-4 (https://pages.nist.gov/800-63-4/sp800-63b.html), sections 2.1.3 and 2.2.3: for AAL1 30 days
 * over all; for AAL2 24 hours over all and one hour without activity.
 */
export const LIFETIMES = {
  "nist-aal1": { idleDays: 30, absoluteDays: 30 },
  "nist-aal2": { idleMinutes: 60, absoluteMinutes: 24 * 60 },
} as const satisfies Readonly<Record<string, LifetimeOptions>>;

export interface Lifetime {
  readonly idleMs: number;
  readonly absoluteMs: number;
  readonly freshMs: number;
  /** Between two refreshes; a day is a UTC day. */
  readonly refreshMs: number;
}

/** @throws RangeError naming the option */
export function lifetimeOf(given: LifetimeOptions | keyof typeof LIFETIMES = {}): Lifetime {
  if (typeof given === "string" && !Object.hasOwn(LIFETIMES, given))
    throw new RangeError(
      `lifetime must be one of ${Object.keys(LIFETIMES).join(", ")} or an object: ${given} was given`,
    );
  const options: LifetimeOptions = typeof given === "string" ? LIFETIMES[given] : given;
  const idleMs =
    options.idleMinutes === undefined
      ? whole("lifetime.idleDays", options.idleDays ?? 120, 1, 3650) * DAY
      : whole("lifetime.idleMinutes", options.idleMinutes, 1, 5_000_000) * MINUTE;
  const absoluteMs =
    options.absoluteMinutes === undefined
      ? whole("lifetime.absoluteDays", options.absoluteDays ?? 365, 1, 3650) * DAY
      : whole("lifetime.absoluteMinutes", options.absoluteMinutes, 1, 5_000_000) * MINUTE;
  return {
    idleMs,
    absoluteMs,
    freshMs: whole("lifetime.freshMinutes", options.freshMinutes ?? 15, 1, 1440) * MINUTE,
    refreshMs: Math.min(DAY, Math.max(MINUTE, Math.floor(idleMs / 4))),
  };
}

/** True for the first request of a UTC day; with a short life after a quarter of its idle time. */
export function isRefreshDue(session: Session, now: EpochMs, { refreshMs }: Lifetime): boolean {
  if (session.kind === "impersonation") return false;
  return refreshMs === DAY ? utcDay(now) > utcDay(session.refreshedAt) : now - session.refreshedAt >= refreshMs;
}

export function refreshed(session: Session, now: EpochMs, { idleMs }: Lifetime): Session {
  const at = Math.max(now, session.lastSeenAt);
  return { ...session, refreshedAt: at, lastSeenAt: at, expiresAt: Math.min(at + idleMs, session.endsAt) };
}

/** By its user's last proof alone: using a session does not make it fresh. */
export const isFresh = (session: Session, now: EpochMs, { freshMs }: Lifetime): boolean =>
  session.kind === "login" &&
  !session.stale &&
  now - session.authenticatedAt <= freshMs &&
  now >= session.authenticatedAt;
