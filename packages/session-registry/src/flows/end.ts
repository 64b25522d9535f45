import { DAY, type EpochMs } from "../clock.js";
import { auditOf } from "../model/audit.js";
import { isFresh } from "../model/lifetime.js";
import { type Mark, spentMark } from "../model/marks.js";
import { type EndReason, endOf, isLive, type Session } from "../model/session.js";
import { isSecret, isUid, parseToken } from "../model/token.js";
import { text } from "../settings/check.js";
import type { Changes } from "../stores/store.js";
import { type Context, ended } from "./context.js";

/** Who ends a session: its user from another one, or somebody who runs the application. */
export type Revoker =
  /** uid of the session that asks. */
  { readonly session: string } | { readonly admin: string };

/** `reauthenticate`: its user must prove who it is first. `step_up`: with a second proof. */
export type RevokeResult =
  | { readonly status: "ended"; readonly count: number }
  | { readonly status: "reauthenticate" | "step_up" | "not_found" }
  | { readonly status: "limited"; readonly retryAfter: number };

/** A session younger than this ends no older one by itself: whoever just got in would throw everybody else out. */
export const YOUNG_MS = DAY;

export interface RevokeInput {
  readonly userId: string;
  readonly uid: string;
  readonly by: Revoker;
}

export async function revoke(context: Context, { userId, uid, by }: RevokeInput): Promise<RevokeResult> {
  text("userId", userId, 256);
  if (!isUid(uid)) return { status: "not_found" };
  return endWhere(context, userId, by, "revoked", (session) => session.uid === uid, "not_found");
}

/** Ends all but the session that asks. */
export async function revokeOthers(
  context: Context,
  { userId, by }: { readonly userId: string; readonly by: { readonly session: string } },
): Promise<RevokeResult> {
  text("userId", userId, 256);
  return endWhere(context, userId, by, "revoked", (session) => session.uid !== by.session);
}

export interface RevokeAllInput {
  readonly userId: string;
  /** Why; `password_changed` after a user changed it. @default "revoked" */
  readonly reason?: Extract<EndReason, "revoked" | "password_changed">;
  /** uid of a session that stays. */
  readonly except?: string;
  /** Name of an administrator, or of a part of the application. */
  readonly by: string;
}

/** For applications themselves: nobody's freshness is asked. */
export async function revokeAll(
  context: Context,
  { userId, reason = "revoked", except, by }: RevokeAllInput,
): Promise<{ readonly count: number }> {
  text("userId", userId, 256);
  const admin = text("by", by, 128);
  const done = await endWhere(context, userId, { admin }, reason, (session) => session.uid !== except);
  return { count: done.status === "ended" ? done.count : 0 };
}

async function endWhere(
  context: Context,
  userId: string,
  by: Revoker,
  reason: EndReason,
  isAsked: (session: Session) => boolean,
  none: "not_found" | undefined = undefined,
): Promise<RevokeResult> {
  const now = context.clock.now();
  if ("session" in by) {
    const retryAfter = context.limiters.revocations.take(userId, now);
    if (retryAfter > 0) return { status: "limited", retryAfter };
  }
  return context.change<RevokeResult>(userId, ({ sessions }) => {
    const asked = sessions.filter((session) => isLive(session, now) && isAsked(session));
    const who = "session" in by ? sessions.find(({ uid }) => uid === by.session) : undefined;
    if ("session" in by && (!who || !isLive(who, now) || who.kind !== "login"))
      return { result: { status: "not_found" } };
    if (asked.length === 0) return { result: none ? { status: none } : { status: "ended", count: 0 } };
    if (who) {
      const lack = lackOf(context, who, asked, now);
      if (lack) return { result: { status: lack } };
    }
    const name = "session" in by ? by.session : by.admin;
    return { ...endAll(asked, reason, now, name), result: { status: "ended", count: asked.length } };
  });
}

/** What is missing for a session to end others. Itself it may end at any time. */
function lackOf(
  { lifetime }: Context,
  who: Session,
  asked: readonly Session[],
  now: EpochMs,
): "reauthenticate" | "step_up" | undefined {
  const others = asked.filter(({ guid }) => guid !== who.guid);
  if (others.length === 0) return undefined;
  if (!isFresh(who, now, lifetime)) return "reauthenticate";
  const isYoung = now - who.createdAt < YOUNG_MS && others.some(({ createdAt }) => createdAt < who.createdAt);
  const steppedUp = who.steppedUpAt !== undefined && now - who.steppedUpAt <= lifetime.freshMs;
  return isYoung && !steppedUp ? "step_up" : undefined;
}

export function endAll(sessions: readonly Session[], reason: EndReason, now: EpochMs, by?: string): Changes {
  return {
    put: sessions.map((session) => ended(session, reason, now, by)),
    marks: sessions.flatMap((session) => spentMarks(session, now)),
    audit: sessions.map((session) => auditOf("ended", session, now, { reason, ...(by && { by }) })),
  };
}

/** With a session that came from an old token that token ends, wherever else it was copied to. */
export const spentMarks = ({ legacy }: Session, now: EpochMs): Mark[] =>
  legacy ? [{ mark: spentMark(legacy.hash), seenAt: now }] : [];

/**
 * Ends the session of a token, as its own user's sign-out. Answers whether there was one.
 */
export async function signOut(context: Context, token: string | undefined): Promise<boolean> {
  const parsed = parseToken(token);
  const found = parsed && (await context.store.find(parsed.guid));
  const isHolder =
    isSecret(parsed?.secret ?? "", found?.secretHash) || isSecret(parsed?.secret ?? "", found?.previous?.hash);
  if (!found || !isHolder) return false;
  const now = context.clock.now();
  return context.change(found.userId, ({ sessions }) => {
    const current = sessions.find(({ guid }) => guid === found.guid);
    if (!current || endOf(current, now)) return { result: false };
    return { ...endAll([current], "logout", now), result: true };
  });
}
