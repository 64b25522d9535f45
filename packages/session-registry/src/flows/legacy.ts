import type { EpochMs } from "../clock.js";
import type { RefusalReason } from "../events.js";
import { auditOf } from "../model/audit.js";
import { evicted } from "../model/limit.js";
import { fingerprintOf, marksOf, spentMark } from "../model/marks.js";
import { isLive, type Session, type StoredClient } from "../model/session.js";
import { derive, guidOf, hashOf } from "../model/token.js";
import { type Context, freeUid } from "./context.js";
import { endAll } from "./end.js";

type Migration =
  | { readonly session: Session; readonly secret: string; readonly dropLegacy: boolean }
  | { readonly refused: RefusalReason };

/** Longest token of the old system that is looked at, in characters. */
const LONGEST = 4096;

/**
 * The session of an old token: the first request of each client with one makes it, all others find it. However many come
 * at once they get one session and one secret, since it is derived from the old token and a key that the database does
 * not have. Nobody is signed out and nobody is told of a sign-in that was none.
 */
export async function migrate(context: Context, token: string, client: StoredClient, now: EpochMs): Promise<Migration> {
  const { legacy, key, store } = context;
  if (!legacy || !key || token.length > LONGEST) return { refused: "malformed" };
  if (legacy.phase === "deny-legacy" || (legacy.until && now >= legacy.until.getTime()))
    return { refused: "legacy_denied" };
  const login = await verified(context, token);
  if (!login) return { refused: "legacy_refused" };
  const { userId } = login;
  const hash = hashOf(token);
  const spent = spentMark(hash);
  if ((await store.marksOf(userId, [spent])).length > 0) return { refused: "legacy_refused" };

  const mark = fingerprintOf(client);
  const isSame = ({ legacy: from }: Session) => from?.hash === hash && from.mark === mark;
  const secretOf = ({ guid }: { guid: string }) => derive(key, "legacy-secret/v1", guid, token);
  const known = (await store.sessionsOf(userId)).find(isSame);
  const session = known && isLive(known, now) ? known : await made();
  // With a secret that was exchanged since, the old token has had its time: it would undo the exchange.
  if (!session || session.secretHash !== hashOf(secretOf(session))) return { refused: "legacy_refused" };
  return { session, secret: secretOf(session), dropLegacy: legacy.phase === "prefer-new" };

  function made(): Promise<Session | undefined> {
    return context.change<Session | undefined>(userId, ({ sessions, marks }) => {
      const found = sessions.find(isSame);
      if (found && isLive(found, now)) return { result: found };
      // It ended in the meantime, and its token with it.
      if (found || marks.some((one) => one.mark === spent)) return { result: undefined };
      const fresh = sessionOf(sessions);
      const over = endAll(evicted(sessions, now, context.limit), "evicted", now, fresh.uid);
      return {
        put: [...(over.put ?? []), fresh],
        marks: [...(over.marks ?? []), ...marksOf(client, undefined, now)],
        audit: [...(over.audit ?? []), auditOf("migrated", fresh, now, { client })],
        result: fresh,
      };
    });
  }

  function sessionOf(sessions: readonly Session[]): Session {
    const { lifetime } = context;
    const uid = freeUid(context, sessions);
    const guid = guidOf(key, userId, uid);
    const createdAt = Math.min(now, login?.issuedAt ?? now);
    return {
      guid,
      userId,
      uid,
      kind: "login",
      origin: "migrated",
      secretHash: hashOf(secretOf({ guid })),
      rotatedAt: now,
      createdAt,
      // When its user last proved who it is, as far as anybody knows.
      authenticatedAt: createdAt,
      authMethod: "legacy",
      refreshedAt: now,
      lastSeenAt: now,
      expiresAt: now + lifetime.idleMs,
      // Over the old system's whole life nobody would be signed out by the change to this one.
      endsAt: now + lifetime.absoluteMs,
      client,
      clientAt: now,
      networks: client.address ? [client.address] : [],
      legacy: { hash, mark },
      version: 1,
    };
  }
}

async function verified(
  { legacy, onError }: Context,
  token: string,
): Promise<{ userId: string; issuedAt: EpochMs } | undefined> {
  try {
    const login = await legacy?.verify(token);
    if (!login) return undefined;
    const issuedAt = login.issuedAt.getTime();
    if (typeof login.userId !== "string" || login.userId === "" || login.userId.length > 256 || Number.isNaN(issuedAt))
      throw new TypeError("legacy.verify must give { userId, issuedAt }: a text of 1 to 256 characters and a Date");
    return { userId: login.userId, issuedAt };
  } catch (error) {
    onError(error);
    return undefined;
  }
}

/** Ends an old token, whether or not a session was made for it. */
export async function signOutLegacy(context: Context, token: string | undefined): Promise<boolean> {
  const { legacy, clock, onError } = context;
  if (!legacy || token === undefined || token === "" || token.length > LONGEST) return false;
  const login = await verified(context, token);
  if (!login) return false;
  const hash = hashOf(token);
  const now = clock.now();
  await context.change(login.userId, ({ sessions }) => {
    const asked = sessions.filter((one) => one.legacy?.hash === hash && isLive(one, now));
    const changes = endAll(asked, "logout", now);
    return { ...changes, marks: [{ mark: spentMark(hash), seenAt: now }], result: undefined };
  });
  try {
    await legacy.end?.(token);
  } catch (error) {
    onError(error);
  }
  return true;
}
