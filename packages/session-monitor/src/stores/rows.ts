import { loginsOf } from "../model/document.js";
import { type CloseReason, canonical, type Facts, type IdentityFact } from "../model/facts.js";

/** A connection as it stands in a table. Times are epoch ms. */
export interface Row {
  instance_id: string;
  session_id: string;
  created_at: number;
  last_activity_at: number;
  closed_at: number | null;
  close_reason: string | null;
  opened_at: number | null;
  transport: string | null;
  host: string | null;
  ip: string | null;
  country: string | null;
  /** Hash of a client, which stands in a table of its own: a few thousand make up nearly all connections. */
  client: string | null;
  previous_id: string | null;
  flags: number;
  /** The last user's login. */
  user_id: string | null;
  guid: string | null;
  login_at: number | null;
  logout_at: number | null;
  /** All sign-ins and sign-outs as JSON, where they are more than the columns above can say. */
  identity: string | null;
}

export const COLUMNS = [
  "instance_id",
  "session_id",
  "created_at",
  "last_activity_at",
  "closed_at",
  "close_reason",
  "opened_at",
  "transport",
  "host",
  "ip",
  "country",
  "client",
  "previous_id",
  "flags",
  "user_id",
  "guid",
  "login_at",
  "logout_at",
  "identity",
] as const satisfies readonly (keyof Row)[];

const BOT = 1;
const SYNTHETIC = 2;
const IMPERSONATED = 4;

/**
 * @param hashOf gives the hash under which a client's JSON is kept
 */
export function toRow(facts: Facts, hashOf: (json: string) => string): Row {
  const { opening, closed, identity } = facts;
  const last = loginsOf(facts).at(-1);
  const row: Row = {
    instance_id: facts.instanceId,
    session_id: facts.sessionId,
    created_at: facts.createdAt,
    last_activity_at: facts.lastActivityAt,
    closed_at: closed?.at ?? null,
    close_reason: closed?.reason ?? null,
    opened_at: opening?.at ?? null,
    transport: opening?.transport ?? null,
    host: opening?.host ?? null,
    ip: opening?.ip ?? null,
    country: opening?.country ?? null,
    client: opening ? hashOf(canonical(opening.client)) : null,
    previous_id: opening?.previousId ?? null,
    flags: (opening?.bot ? BOT : 0) | (opening?.synthetic ? SYNTHETIC : 0) | (last?.impersonated ? IMPERSONATED : 0),
    user_id: last?.userId ?? null,
    guid: last?.guid ?? null,
    login_at: last?.loginAt ?? null,
    logout_at: last?.endReason === "logout" ? (last.endedAt ?? null) : null,
    identity: null,
  };
  return canonical(identityOf(row)) === canonical(identity) ? row : { ...row, identity: JSON.stringify(identity) };
}

/**
 * @param clientOf gives a client by its hash
 */
export function fromRow(row: Row, clientOf: (hash: string) => NonNullable<Facts["opening"]>["client"]): Facts {
  return {
    instanceId: row.instance_id,
    sessionId: row.session_id,
    createdAt: Number(row.created_at),
    ...(row.opened_at !== null && {
      opening: {
        at: Number(row.opened_at),
        transport: row.transport ?? "",
        ...(row.host !== null && { host: row.host }),
        ...(row.ip !== null && { ip: row.ip }),
        ...(row.country !== null && { country: row.country }),
        client: row.client === null ? {} : clientOf(row.client),
        ...((row.flags & BOT) !== 0 && { bot: true }),
        ...((row.flags & SYNTHETIC) !== 0 && { synthetic: true }),
        ...(row.previous_id !== null && { previousId: row.previous_id }),
      },
    }),
    identity: identityOf(row),
    lastActivityAt: Number(row.last_activity_at),
    ...(row.closed_at !== null && {
      closed: { at: Number(row.closed_at), reason: (row.close_reason ?? "lost") as CloseReason },
    }),
  };
}

const NOBODY: readonly IdentityFact[] = [];

function identityOf(row: Row): readonly IdentityFact[] {
  if (row.identity !== null) return JSON.parse(row.identity);
  if (row.user_id === null) return NOBODY;
  const login: IdentityFact = {
    at: Number(row.login_at),
    userId: row.user_id,
    ...(row.guid !== null && { guid: row.guid }),
    ...((row.flags & IMPERSONATED) !== 0 && { impersonated: true }),
  };
  return row.logout_at === null ? [login] : [login, { at: Number(row.logout_at) }];
}

/** Users of a connection besides the last, who stands in its row. */
export function earlierUsers({ identity }: Facts, row: Row): string[] {
  const users = identity.flatMap(({ userId }) => (userId === undefined || userId === row.user_id ? [] : [userId]));
  return [...new Set(users)];
}

/** One state for each connection: what a batch says of it together. */
export function perConnection(facts: readonly Facts[], join: (a: Facts, b: Facts) => Facts): Facts[] {
  const joined = new Map<string, Facts>();
  for (const one of facts) {
    const key = JSON.stringify([one.instanceId, one.sessionId]);
    const before = joined.get(key);
    joined.set(key, before ? join(before, one) : one);
  }
  // Always in one order, so that two writers never wait for each other's rows.
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
