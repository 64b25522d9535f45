import type { ClientInfo } from "@sojourn/client-info";
import type { EpochMs } from "../clock.js";

/** What is kept of a client. The address is as whole as the option `address` lets it be. */
export interface StoredClient {
  readonly address?: string;
  readonly asn?: number;
  /** ISO 3166 code. */
  readonly country?: string;
  readonly host?: string;
  readonly info: ClientInfo;
}

export const END_REASONS = [
  /** Its own user signed out. */
  "logout",
  /** Its user ended it from another session, or an administrator did. */
  "revoked",
  /** There were too many; it was the one not used for longest. */
  "evicted",
  /** Somebody else signed in on the same browser. */
  "replaced",
  /** The policy took its client for another one. */
  "client_mismatch",
  /** A secret came back after it had been exchanged: two hold it. */
  "reuse",
  /** "It was not me." */
  "reported",
  "password_changed",
  /** Of an impersonation: the actor's own session ended. */
  "actor_ended",
  /** Its time was over; stored by nobody, told by {@link endOf}. */
  "expired",
] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface Ended {
  readonly at: EpochMs;
  readonly reason: EndReason;
  /** uid of the session that ended it, or the name of an administrator. */
  readonly by?: string;
}

/** A session as stores keep it. Nothing in it lets anybody in. */
export interface Session {
  /** Primary key; {@link guidOf} user and uid. */
  readonly guid: string;
  readonly userId: string;
  readonly uid: string;
  readonly kind: "login" | "impersonation";
  readonly origin: "login" | "signup" | "migrated" | "impersonation";
  readonly secretHash: string;
  /** The secret before, which is good for a minute longer. */
  readonly previous?: { readonly hash: string; readonly until: EpochMs };
  readonly rotatedAt: EpochMs;
  readonly createdAt: EpochMs;
  /** The last time that its user proved who it is. Only that makes a session fresh. */
  readonly authenticatedAt: EpochMs;
  readonly authMethod: string;
  /** A second proof, for what a session alone may not do. */
  readonly steppedUpAt?: EpochMs;
  /** Something happened since that took its freshness. */
  readonly stale?: boolean;
  /** At most once a UTC day. */
  readonly refreshedAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** No refresh goes beyond. */
  readonly endsAt: EpochMs;
  readonly client: StoredClient;
  /** When `client` was written last. */
  readonly clientAt: EpochMs;
  /** When a change that is not taken over was written down last. */
  readonly notedAt?: EpochMs;
  /** Networks it was seen in, newest first, at most {@link MAX_NETWORKS}. */
  readonly networks: readonly string[];
  /** Hash of the cookie that knows a browser again. */
  readonly deviceHash?: string;
  /** The user's own name for it. */
  readonly label?: string;
  readonly actor?: { readonly userId: string; readonly guid: string };
  /** Why an actor acts as the user. */
  readonly reason?: string;
  /** Of the old token that it was made for, and the client. */
  readonly legacy?: { readonly hash: string; readonly mark: string };
  readonly ended?: Ended;
  /** Grows with each write. */
  readonly version: number;
}

export const MAX_NETWORKS = 10;

/** How a session ended at this time, if it did. */
export function endOf(session: Session, now: EpochMs): Ended | undefined {
  if (session.ended) return session.ended;
  const end = Math.min(session.expiresAt, session.endsAt);
  return now >= end ? { at: end, reason: "expired" } : undefined;
}

export const isLive = (session: Session, now: EpochMs): boolean => endOf(session, now) === undefined;

/** Of several, the one used last comes first. */
export const byUse = (a: Session, b: Session): number =>
  b.lastSeenAt - a.lastSeenAt || b.createdAt - a.createdAt || (a.uid < b.uid ? -1 : 1);

/** A session as its user, and an application, may see it. Neither guid nor anything of a secret is in it. */
export interface SessionView {
  readonly uid: string;
  readonly kind: Session["kind"];
  readonly current: boolean;
  readonly label?: string;
  readonly client: StoredClient;
  readonly createdAt: EpochMs;
  readonly authenticatedAt: EpochMs;
  readonly authMethod: string;
  /** To the day: it is written at most once in one. */
  readonly lastSeenAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly migrated: boolean;
  /** Of an impersonation: who acts, and why. */
  readonly actor?: { readonly userId: string; readonly reason: string };
  readonly ended?: Ended;
}

export function viewOf(session: Session, now: EpochMs, current: boolean): SessionView {
  const { uid, kind, label, client, createdAt, authenticatedAt, authMethod, lastSeenAt, actor, reason = "" } = session;
  const ended = endOf(session, now);
  return {
    uid,
    kind,
    current,
    ...(label !== undefined && { label }),
    client,
    createdAt,
    authenticatedAt,
    authMethod,
    lastSeenAt,
    expiresAt: Math.min(session.expiresAt, session.endsAt),
    migrated: session.origin === "migrated",
    ...(actor && { actor: { userId: actor.userId, reason } }),
    ...(ended && { ended }),
  };
}
