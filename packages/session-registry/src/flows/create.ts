import { compareClients } from "@sojourn/client-info";
import { DAY, type EpochMs } from "../clock.js";
import { type AuditType, auditOf } from "../model/audit.js";
import { evicted, forgotten } from "../model/limit.js";
import { marksOf } from "../model/marks.js";
import { endOf, isLive, type Session, type SessionView, type StoredClient, viewOf } from "../model/session.js";
import { guidOf, hashOf, isSecret, newSecret, parseToken } from "../model/token.js";
import { noticeOfSignIn } from "../notices/rules.js";
import { text } from "../settings/check.js";
import type { UserState } from "../stores/store.js";
import { type NewToken, queued, type SeenClient, tokenOf } from "./authenticate.js";
import { type Context, ended, freeUid, kept, secretOf } from "./context.js";
import { endAll } from "./end.js";

export interface CreateInput {
  /** 1 to 256 characters. */
  readonly userId: string;
  readonly client: SeenClient;
  /** How its user proved who it is. */
  readonly auth: {
    /** A word such as `password`, `passkey`, `oidc`. */
    readonly method: string;
    /** A second proof was part of it. */
    readonly steppedUp?: boolean;
  };
  /** What the browser sent. */
  readonly presented?: {
    /** Of the session that it had. It is good for nothing afterwards, whoever put it there. */
    readonly token?: string | undefined;
    /** Of the cookie that knows a browser again. */
    readonly device?: string | undefined;
  };
  /** `signup`: the user was made just now and is told nothing of it. @default "login" */
  readonly origin?: "login" | "signup";
  /** The user's own name for it, at most 64 characters. */
  readonly label?: string;
}

export type Created =
  | ({
      /** `reused`: the browser had a session of this user; `revived`: it had one and its user had signed out. */
      readonly status: "created" | "reused" | "revived";
      readonly session: SessionView;
      readonly guid: string;
      /** For the cookie that knows this browser again; 365 days. */
      readonly device: NewToken;
      /** uids of sessions that ended to make room. */
      readonly evicted: readonly string[];
      /** Whether its user is told. */
      readonly notice: boolean;
    } & NewToken)
  /** The user has as many as are allowed, and none may be ended for it. */
  | { readonly status: "denied"; readonly reason: "limit" }
  | { readonly status: "limited"; readonly retryAfter: number };

/** A signed-out session comes back to the browser that it was on within this time. */
export const REVIVE_MS = 30 * DAY;
const DEVICE_SECONDS = (365 * DAY) / 1000;
const DEVICE = /^[\w-]{43}$/;

/**
 * A sign-in: its user has just proved who it is. The browser gets a new secret whatever it had. A session of the same user
 * that it has goes on; one of somebody else ends.
 */
export async function create(context: Context, input: CreateInput): Promise<Created> {
  const { userId, presented = {} } = input;
  text("userId", userId, 256);
  text("auth.method", input.auth?.method, 32);
  if (input.label !== undefined) text("label", input.label, 64, 0);
  const now = context.clock.now();
  const retryAfter = context.limiters.signIns.take(userId, now);
  if (retryAfter > 0) return { status: "limited", retryAfter };

  await endForeign(context, presented.token, userId, now);
  const client = kept(input.client, context);
  const secret = secretOf(context);
  const device = deviceOf(context, presented.device);
  return context.change<Created>(userId, (state) => {
    const seen = DEVICE.test(presented.device ?? "") ? hashOf(presented.device ?? "") : undefined;
    const [status, former] = formerOf(state, presented.token, seen, client, now);
    const over = former && status === "reused" ? [] : evicted(state.sessions, now, context.limit);
    if (over.length > 0 && context.limit.onExceed === "deny") {
      const refused = { at: now, type: "refused", userId, reason: "limit", client } as const;
      return { audit: [refused], result: { status: "denied", reason: "limit" } };
    }
    const session = sessionOf(context, input, client, state, former, secret, hashOf(device), now);
    const { put = [], marks = [], audit = [] } = endAll(over, "evicted", now, session.uid);
    const notice = context.notifier && noticeOfSignIn(noticed(session, seen), state, now, context.newNoticeId);
    const type: AuditType = status;
    const authMethod = input.auth.method;
    return {
      put: [...put, session],
      remove: forgotten(state.sessions, now).filter((guid) => guid !== session.guid),
      marks: [...marks, ...marksOf(client, session.deviceHash, now)],
      audit: [...audit, auditOf(type, session, now, { authMethod, client }), ...queued(notice, session)],
      ...(notice && { notices: [notice] }),
      result: {
        status,
        session: viewOf(session, now, true),
        guid: session.guid,
        device: { token: device, maxAge: DEVICE_SECONDS },
        evicted: over.map(({ uid }) => uid),
        notice: notice !== undefined,
        ...tokenOf(session, secret, now),
      },
    };
  });
}

/** Only a cookie that came in says that a browser is known: a new one was seen by nobody. */
const noticed = (session: Session, seen: string | undefined): Session => {
  const { deviceHash: _, ...rest } = session;
  return { ...rest, ...(seen && { deviceHash: seen }) };
};

/** The cookie's value goes on, so that the browser stays the one that it is; anything else that came is replaced. */
const deviceOf = ({ random }: Context, presented: string | undefined): string =>
  presented !== undefined && DEVICE.test(presented) ? presented : newSecret(random);

/** The session of somebody else that a browser had: whoever signs in takes its place. */
async function endForeign(context: Context, token: string | undefined, userId: string, now: EpochMs): Promise<void> {
  const parsed = parseToken(token);
  const found = parsed && (await context.store.find(parsed.guid));
  if (!parsed || !found || found.userId === userId || !isSecret(parsed.secret, found.secretHash)) return;
  await context.change(found.userId, ({ sessions }) => {
    const current = sessions.find(({ guid }) => guid === found.guid);
    if (!current || endOf(current, now)) return { result: undefined };
    return {
      put: [ended(current, "replaced", now)],
      audit: [auditOf("ended", current, now, { reason: "replaced" })],
      result: undefined,
    };
  });
}

/**
 * The session that goes on: the one whose token came; else, on a browser that is known by its cookie, the one that it had
 * or that its user signed out of. What its user or somebody else revoked never comes back.
 */
function formerOf(
  { sessions }: UserState,
  token: string | undefined,
  seen: string | undefined,
  client: StoredClient,
  now: EpochMs,
): ["created" | "reused" | "revived", Session | undefined] {
  const logins = sessions.filter(({ kind }) => kind === "login");
  const parsed = parseToken(token);
  const own = logins.find((one) => one.guid === parsed?.guid);
  if (parsed && own && isLive(own, now) && isSecret(parsed.secret, own.secretHash)) return ["reused", own];
  const here = logins.filter((one) => seen !== undefined && one.deviceHash === seen && isAlike(one.client, client));
  const live = here.find((one) => isLive(one, now));
  if (live) return ["reused", live];
  const left = here.find(({ ended }) => ended?.reason === "logout" && now - ended.at <= REVIVE_MS);
  return left ? ["revived", left] : ["created", undefined];
}

/** The same program on the same system: a cookie file may have been copied to another. */
function isAlike(a: StoredClient, b: StoredClient): boolean {
  const { program, os } = compareClients(a, b);
  return program !== "family" && program !== "kind" && os !== "family";
}

function sessionOf(
  context: Context,
  { userId, auth, origin = "login", label }: CreateInput,
  client: StoredClient,
  { sessions }: UserState,
  former: Session | undefined,
  secret: string,
  deviceHash: string,
  now: EpochMs,
): Session {
  const { lifetime, key } = context;
  const uid = former?.uid ?? freeUid(context, sessions);
  const name = label ?? former?.label;
  return {
    guid: former?.guid ?? guidOf(key, userId, uid),
    userId,
    uid,
    kind: "login",
    origin,
    secretHash: hashOf(secret),
    rotatedAt: now,
    createdAt: former?.createdAt ?? now,
    authenticatedAt: now,
    authMethod: auth.method,
    ...(auth.steppedUp && { steppedUpAt: now }),
    refreshedAt: now,
    lastSeenAt: now,
    expiresAt: now + Math.min(lifetime.idleMs, lifetime.absoluteMs),
    endsAt: now + lifetime.absoluteMs,
    client,
    clientAt: now,
    networks: client.address ? [client.address] : [],
    deviceHash,
    ...(name !== undefined && { label: name }),
    version: (former?.version ?? 0) + 1,
  };
}
