import type { StoredAuditEvent } from "../model/audit.js";
import { byUse, isLive, type Session, type SessionView, viewOf } from "../model/session.js";
import { shortGuid } from "../model/token.js";
import { text } from "../settings/check.js";
import type { Context } from "./context.js";

export interface ListOptions {
  /** uid of the session that asks: it comes first. */
  readonly current?: string;
}

/**
 * Where a user is signed in, the current session first and then by use; after them those that ended in the last 30 days.
 * Neither tokens nor anything that one could be made of is in it.
 */
export async function list(context: Context, userId: string, { current }: ListOptions = {}): Promise<SessionView[]> {
  text("userId", userId, 256);
  const now = context.clock.now();
  const sessions = await context.store.sessionsOf(userId);
  const shown = sessions
    .filter((session) => session.kind === "login" || context.impersonation.visible)
    .filter((session) => session.ended || isLive(session, now));
  const rank = (session: Session) => (session.uid === current ? 0 : isLive(session, now) ? 1 : 2);
  return shown
    .sort((a, b) => rank(a) - rank(b) || (b.ended?.at ?? 0) - (a.ended?.at ?? 0) || byUse(a, b))
    .map((session) => viewOf(session, now, session.uid === current));
}

/**
 * Which of these are live, in one query: for connections that outlast requests. Their servers ask with each heartbeat, so
 * that what they did not hear of ends within it.
 *
 * @param guids at most 500
 */
export async function live(context: Context, guids: readonly string[]): Promise<Set<string>> {
  if (guids.length > 500) throw new RangeError(`guids must be at most 500: ${guids.length} were given`);
  const now = context.clock.now();
  const found = await context.store.findAll(guids);
  const actors = await context.store.findAll(found.flatMap(({ actor }) => (actor ? [actor.guid] : [])));
  const acting = new Set(actors.filter((session) => isLive(session, now)).map(({ guid }) => guid));
  const isThere = (session: Session) => isLive(session, now) && (!session.actor || acting.has(session.actor.guid));
  return new Set(found.filter(isThere).map(({ guid }) => guid));
}

/** The user's own name for a session. Answers whether there is such a session. */
export async function rename(context: Context, userId: string, uid: string, label: string): Promise<boolean> {
  text("userId", userId, 256);
  text("label", label, 64, 0);
  return context.change(userId, ({ sessions }) => {
    const found = sessions.find((session) => session.uid === uid && session.kind === "login");
    if (!found) return { result: false };
    return { put: [{ ...found, label, version: found.version + 1 }], result: true };
  });
}

export interface Export {
  readonly userId: string;
  readonly sessions: readonly SessionView[];
  readonly audit: readonly (Omit<StoredAuditEvent, "guid"> & { readonly session?: string })[];
  /** What is kept to know the user's browsers and countries again. */
  readonly countries: readonly string[];
}

/** Everything that is known of a user, for a user who asks. Nothing in it lets anybody in. */
export async function exportUser(context: Context, userId: string): Promise<Export> {
  const { store } = context;
  const sessions = await list({ ...context, impersonation: { ...context.impersonation, visible: true } }, userId);
  const audit: Export["audit"][number][] = [];
  for (let after = 0; ; ) {
    const page = await store.audit({ userId, after, limit: 1000 });
    for (const { guid, ...event } of page) audit.push({ ...event, ...(guid && { session: shortGuid(guid) }) });
    after = page.at(-1)?.id ?? after;
    if (page.length < 1000) break;
  }
  const countries = new Set(audit.flatMap(({ client }) => (client?.country ? [client.country] : [])));
  return { userId, sessions, audit, countries: [...countries] };
}
