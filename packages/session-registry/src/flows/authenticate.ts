import { type Client, compareClients, subscriberOf } from "@sojourn/client-info";
import { type EpochMs, HOUR, MINUTE } from "../clock.js";
import type { RefusalReason } from "../events.js";
import { type AuditEvent, auditOf } from "../model/audit.js";
import { isFresh, isRefreshDue, refreshed } from "../model/lifetime.js";
import { countryMark, isKnown, MARK_MS, type Mark, marksOf } from "../model/marks.js";
import { endOf, MAX_NETWORKS, type Session, type SessionView, type StoredClient, viewOf } from "../model/session.js";
import { formatToken, hashOf, isSecret, parseToken } from "../model/token.js";
import { noticeOfRisk } from "../notices/rules.js";
import { differs, type Judgement, worseOf } from "../policy/policy.js";
import type { UserState } from "../stores/store.js";
import { type Context, ended, kept, secretOf } from "./context.js";
import { spentMarks } from "./end.js";
import { migrate } from "./legacy.js";

/** How a client is seen. `host` is what it asked for. */
export type SeenClient = Client & { readonly host?: string | undefined };

export interface AuthenticateInput {
  /** What came in the cookie or the `Authorization` header. */
  readonly token: string | undefined;
  readonly client: SeenClient;
}

export interface Authenticated {
  readonly status: "active";
  readonly userId: string;
  /** The session's primary key, for servers that must name it. It proves nothing, and no page needs it. */
  readonly guid: string;
  readonly session: SessionView;
  /** Its user proved who it is a short while ago. */
  readonly fresh: boolean;
  /** A second proof was given a short while ago. */
  readonly steppedUp: boolean;
  /** Somebody acts as this user. */
  readonly impersonator?: { readonly userId: string; readonly reason: string };
  /** What the policy saw of the client. */
  readonly flags: readonly string[];
  /** Give this to the client in the place of what it has. */
  readonly setToken?: NewToken;
  /** The old system's token was exchanged; with `prefer-new` its cookie can go. */
  readonly dropLegacy?: boolean;
  /** False for what an impersonation may not do. */
  may(action: string): boolean;
}

export interface NewToken {
  readonly token: string;
  /** Seconds that it lasts when it is not used. */
  readonly maxAge: number;
}

/** Whom a request is from. All that is not `active` is answered alike; only logs hear why. */
export type Authentication =
  | Authenticated
  /** The session goes on, but this client must sign in again. */
  | { readonly status: "challenge"; readonly flags: readonly string[] }
  | { readonly status: "none" }
  /** This network sent too many tokens that are none. */
  | { readonly status: "limited"; readonly retryAfter: number };

/** A secret that was just exchanged still comes from requests that were on their way. */
export const ROTATION_GRACE_MS = MINUTE;

export async function authenticate(context: Context, { token, client }: AuthenticateInput): Promise<Authentication> {
  const now = context.clock.now();
  if (token === undefined || token === "") return refuse(context, "missing");
  const network = subscriberOf(client.address ?? "");
  const retryAfter = context.limiters.misses.look(network, now);
  if (retryAfter > 0) {
    context.refused("too_many");
    return { status: "limited", retryAfter };
  }
  const miss = (reason: RefusalReason, guid?: string): Authentication => {
    context.limiters.misses.take(network, now);
    return refuse(context, reason, guid);
  };

  const parsed = parseToken(token);
  if (!parsed) {
    if (context.legacy && !token.startsWith("s1.")) {
      const migrated = await migrate(context, token, kept(client, context), now);
      if ("refused" in migrated) return miss(migrated.refused);
      const { session, secret, dropLegacy } = migrated;
      return activeOf(context, session, now, [], { setToken: tokenOf(session, secret, now), dropLegacy });
    }
    isSecret("", undefined);
    return miss("malformed");
  }

  const found = await context.find(parsed.guid);
  const isCurrent = isSecret(parsed.secret, found?.secretHash);
  const isPrevious = !isCurrent && isSecret(parsed.secret, found?.previous?.hash);
  if (!found) return miss("unknown", parsed.guid);
  if (!isCurrent && !isPrevious) return miss("wrong_secret", found.guid);
  const end = endOf(found, now);
  if (end) return refuse(context, end.reason === "expired" ? "expired" : "ended", found.guid);
  if (isPrevious && now > (found.previous?.until ?? 0)) {
    await endForRisk(context, found, "reuse", now, []);
    return refuse(context, "reuse", found.guid);
  }
  if (found.actor && !(await isActorThere(context, found, now))) return refuse(context, "actor_ended", found.guid);

  const after = kept(client, context);
  const verdict = await judge(context, found, after, now);
  if (verdict.outcome === "revoke") {
    await endForRisk(context, found, "client_mismatch", now, verdict.flags, after);
    return refuse(context, "client_mismatch", found.guid);
  }
  const step = stepOf(context, found, after, verdict, now, isCurrent);
  const written = step && (await context.replace(step.session, found.version, step.also));
  if (verdict.risk && written) await tellRisk(context, step.session, now);
  if (verdict.outcome === "challenge") {
    context.refused("client_mismatch", found.guid);
    return { status: "challenge", flags: verdict.flags };
  }
  // Whoever wrote gives the new cookie; all others go on with what they have.
  const session = written ? step.session : found;
  const setToken = written && step.secret !== undefined ? tokenOf(session, step.secret, now) : undefined;
  const again = written && step.isRefresh && isCurrent ? tokenOf(session, parsed.secret, now) : undefined;
  const given = setToken ?? again;
  return activeOf(context, session, now, verdict.flags, given && { setToken: given });
}

function refuse(context: Context, reason: RefusalReason, guid?: string): Authentication {
  context.refused(reason, guid);
  return { status: "none" };
}

export function tokenOf(session: Session, secret: string, now: EpochMs): NewToken {
  const left = Math.min(session.expiresAt, session.endsAt) - now;
  return { token: formatToken({ guid: session.guid, secret }), maxAge: Math.max(0, Math.floor(left / 1000)) };
}

export function activeOf(
  { lifetime, impersonation }: Context,
  session: Session,
  now: EpochMs,
  flags: readonly string[],
  more: Partial<Pick<Authenticated, "setToken" | "dropLegacy">> = {},
): Authenticated {
  const { userId, guid, actor, reason = "", steppedUpAt } = session;
  const fresh = isFresh(session, now, lifetime);
  return {
    status: "active",
    userId,
    guid,
    session: viewOf(session, now, true),
    fresh,
    steppedUp: fresh && steppedUpAt !== undefined && now - steppedUpAt <= lifetime.freshMs,
    ...(actor && { impersonator: { userId: actor.userId, reason } }),
    flags,
    ...more,
    may: (action) => session.kind !== "impersonation" || !impersonation.denied.includes(action),
  };
}

/** An impersonation lasts no longer than the session of who acts. */
async function isActorThere(context: Context, session: Session, now: EpochMs): Promise<boolean> {
  const actor = session.actor && (await context.find(session.actor.guid));
  if (actor && endOf(actor, now) === undefined) return true;
  await context.change(session.userId, (state) => {
    const current = state.sessions.find(({ guid }) => guid === session.guid);
    if (!current || endOf(current, now)) return { result: undefined };
    return {
      put: [ended(current, "actor_ended", now)],
      audit: [auditOf("ended", current, now, { reason: "actor_ended" })],
      result: undefined,
    };
  });
  return false;
}

/** What is done about a request, and whether the policy would have done more. */
interface Verdict extends Judgement {
  /** In `monitor`: what it would have been. */
  readonly would?: Judgement["outcome"];
}

async function judge(context: Context, session: Session, after: StoredClient, now: EpochMs): Promise<Verdict> {
  const { policy, store, onError } = context;
  const before = session.client;
  if (policy.mode === "off") return { outcome: "allow", flags: [] };
  const change = compareClients(before, after);
  if (!differs(change, before, after)) return { outcome: "allow", flags: [] };
  const { country } = after;
  let newCountry = false;
  if (country && before.country && country !== before.country) {
    const mark = countryMark(country);
    newCountry = !isKnown(await store.marksOf(session.userId, [mark]), mark, now, MARK_MS.country);
  }
  let judged: Judgement;
  try {
    judged = policy.decide({ change, before, after, newCountry, kind: session.kind, at: now });
  } catch (error) {
    onError(error);
    return { outcome: "allow", flags: ["policy_failed"] };
  }
  if (policy.mode === "enforce" || worseOf(judged.outcome, "touch") === "touch") return judged;
  // What it would not let in does not become the session's client either.
  return { ...judged, outcome: "allow", would: judged.outcome };
}

interface Step {
  readonly session: Session;
  readonly also: { readonly audit?: readonly AuditEvent[]; readonly marks?: readonly Mark[] };
  readonly isRefresh: boolean;
  /** The session has a new one. */
  readonly secret?: string;
}

/** The one write of a request, if it needs one: once a day, once an hour for what changed, and for a new secret. */
function stepOf(
  context: Context,
  session: Session,
  after: StoredClient,
  { outcome, flags, risk, would }: Verdict,
  now: EpochMs,
  isCurrent: boolean,
): Step | undefined {
  const { lifetime, rotateMs } = context;
  const isTouched = outcome === "touch" && now - session.clientAt >= HOUR;
  // A country that is new is written at once: it is new only once.
  const isTaken = isTouched || (outcome === "touch" && risk === true);
  const refusal = outcome === "challenge" ? outcome : would;
  const isNoted = refusal !== undefined && now - (session.notedAt ?? 0) >= HOUR;
  const isLetIn = outcome !== "challenge";
  const isRefresh = isLetIn && isRefreshDue(session, now, lifetime);
  const isRotated = isLetIn && isCurrent && rotateMs !== undefined && now - session.rotatedAt >= rotateMs;
  if (!isTaken && !isNoted && !isRefresh && !isRotated) return undefined;

  let next: Session = { ...session, version: session.version + 1 };
  if (isRefresh) next = refreshed(next, now, lifetime);
  if (isTaken) next = { ...next, client: after, clientAt: now, networks: networksOf(session, after) };
  if (isTaken && risk) next = { ...next, stale: true };
  if (isNoted) next = { ...next, notedAt: now };
  let secret: string | undefined;
  if (isRotated) {
    secret = secretOf(context);
    const previous = { hash: session.secretHash, until: now + ROTATION_GRACE_MS };
    next = { ...next, secretHash: hashOf(secret), previous, rotatedAt: now };
  }
  const audit = [
    ...(isNoted
      ? [auditOf("challenged", session, now, { client: after, flags, ...(would && { reason: `would_${would}` }) })]
      : []),
    ...(isTaken && flags.length > 0 ? [auditOf("client_changed", session, now, { client: after, flags })] : []),
  ];
  const marks = isTaken && session.kind === "login" ? marksOf(after, session.deviceHash, now) : [];
  return { session: next, also: { audit, marks }, isRefresh, ...(secret !== undefined && { secret }) };
}

function networksOf({ networks, client }: Session, { address }: StoredClient): string[] {
  const all = [address, client.address, ...networks].filter((one): one is string => one !== undefined);
  return [...new Set(all)].slice(0, MAX_NETWORKS);
}

/** Ends a session that somebody else may have, and lets its user hear of it. */
async function endForRisk(
  context: Context,
  session: Session,
  reason: "client_mismatch" | "reuse",
  now: EpochMs,
  flags: readonly string[],
  client?: StoredClient,
): Promise<void> {
  await context.change(session.userId, (state) => {
    const current = state.sessions.find(({ guid }) => guid === session.guid);
    if (!current || endOf(current, now)) return { result: undefined };
    // The notice shows who came, not whose session it was.
    const notice = noticeFor(context, reason, { ...current, client: client ?? current.client }, state, now);
    return {
      put: [ended(current, reason, now)],
      marks: spentMarks(current, now),
      audit: [auditOf("ended", current, now, { reason, flags, ...(client && { client }) }), ...queued(notice, current)],
      ...(notice && { notices: [notice] }),
      result: undefined,
    };
  });
}

async function tellRisk(context: Context, session: Session, now: EpochMs): Promise<void> {
  if (!context.notifier) return;
  await context.change(session.userId, (state) => {
    const notice = noticeFor(context, "new_country", session, state, now);
    return { ...(notice && { notices: [notice], audit: queued(notice, session) }), result: undefined };
  });
}

function noticeFor(
  context: Context,
  kind: "client_mismatch" | "reuse" | "new_country",
  session: Session,
  state: UserState,
  now: EpochMs,
) {
  return context.notifier && noticeOfRisk(kind, session, state, now, context.newNoticeId);
}

export const queued = (notice: { kind: string; createdAt: EpochMs } | undefined, session: Session): AuditEvent[] =>
  notice ? [auditOf("notice_queued", session, notice.createdAt, { reason: notice.kind })] : [];
