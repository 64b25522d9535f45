/** Milliseconds since 1970 of an instance's wall clock. */
export type EpochMs = number;

/** Why a connection ended. `lost`: its instance died or stood still, and somebody else closed it. */
export type CloseReason = "client" | "server" | "timeout" | "shutdown" | "revoked" | "lost";

/** Of two ends at the same moment the one further left stands. */
const CLOSE_REASONS: readonly CloseReason[] = ["revoked", "client", "server", "timeout", "shutdown", "lost"];

/** What the client's program and machine are; fields that are unknown are absent. */
export interface ClientInfo {
  readonly browser?: { readonly name: string; readonly version?: string; readonly major?: string };
  readonly engine?: { readonly name: string; readonly version?: string };
  readonly os?: { readonly name: string; readonly version?: string };
  readonly device?: {
    readonly type?: string;
    readonly vendor?: string;
    readonly model?: string;
    readonly bitness?: string;
  };
  readonly app?: { readonly name: string; readonly version?: string; readonly bundle?: string };
}

/** What was seen when a connection opened. */
export interface Opening {
  readonly at: EpochMs;
  /** `websocket`, `http`, `sse` or a word of the application's. */
  readonly transport: string;
  readonly host?: string;
  /** As much of the address as may be kept. */
  readonly ip?: string;
  /** ISO 3166 code. */
  readonly country?: string;
  readonly client: ClientInfo;
  readonly bot?: boolean;
  readonly synthetic?: boolean;
  /** Instance that had this connection before it stood still and was taken for dead. */
  readonly previousId?: string;
}

/** A sign-in, or without `userId` a sign-out. */
export interface IdentityFact {
  readonly at: EpochMs;
  readonly userId?: string;
  /** Name of the user's sign-in, which several connections may share. */
  readonly guid?: string;
  /** Somebody else acts as this user. */
  readonly impersonated?: boolean;
}

/**
 * What is known of a connection. Knowledge only grows: {@link join} of two states is the same whichever came first and
 * however often, so that events may arrive late, twice, in any order and through any process.
 */
export interface Facts {
  readonly instanceId: string;
  readonly sessionId: string;
  /** The earliest that was heard of it. */
  readonly createdAt: EpochMs;
  readonly opening?: Opening;
  /** By time, the latest {@link MAX_IDENTITY_FACTS}. */
  readonly identity: readonly IdentityFact[];
  /** The latest sign of life. */
  readonly lastActivityAt: EpochMs;
  readonly closed?: { readonly at: EpochMs; readonly reason: CloseReason };
}

/** A client that signs in and out without end costs no more than this. */
export const MAX_IDENTITY_FACTS = 64;

/** Both states together. Commutative, associative and idempotent; both must be of one connection. */
export function join(a: Facts, b: Facts): Facts {
  const opening = firstOpening(a.opening, b.opening);
  const closed = firstClose(a.closed, b.closed);
  const latest = Math.max(a.lastActivityAt, b.lastActivityAt);
  return {
    instanceId: a.instanceId,
    sessionId: a.sessionId,
    createdAt: Math.min(a.createdAt, b.createdAt),
    ...(opening && { opening }),
    identity: a.identity.length + b.identity.length === 0 ? a.identity : identities([...a.identity, ...b.identity]),
    lastActivityAt: closed ? Math.min(latest, closed.at) : latest,
    ...(closed && { closed }),
  };
}

function firstOpening(a: Opening | undefined, b: Opening | undefined): Opening | undefined {
  if (!a || !b) return a ?? b;
  if (a.at !== b.at) return a.at < b.at ? a : b;
  return canonical(a) <= canonical(b) ? a : b;
}

function firstClose(a: Facts["closed"], b: Facts["closed"]): Facts["closed"] {
  if (!a || !b) return a ?? b;
  if (a.at !== b.at) return a.at < b.at ? a : b;
  return CLOSE_REASONS.indexOf(a.reason) <= CLOSE_REASONS.indexOf(b.reason) ? a : b;
}

function identities(facts: readonly IdentityFact[]): IdentityFact[] {
  const seen = new Map(facts.map((fact) => [canonical(fact), fact]));
  return [...seen]
    .sort(([a, { at }], [b, other]) => at - other.at || (a < b ? -1 : 1))
    .map(([, fact]) => fact)
    .slice(-MAX_IDENTITY_FACTS);
}

/** A text that is the same for the same value, whatever the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([, inner]) => inner !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
}

/** Facts with nothing but a moment. */
function moment(instanceId: string, sessionId: string, at: EpochMs): Facts {
  return { instanceId, sessionId, createdAt: at, identity: [], lastActivityAt: at };
}

export const opened = (instanceId: string, sessionId: string, opening: Opening): Facts => ({
  ...moment(instanceId, sessionId, opening.at),
  opening,
});

export const identified = (instanceId: string, sessionId: string, fact: IdentityFact): Facts => ({
  ...moment(instanceId, sessionId, fact.at),
  identity: [fact],
});

export const alive = moment;

/**
 * @param lastActivityAt the last sign of life, where that is known and not later than the end
 */
export const closed = (
  instanceId: string,
  sessionId: string,
  at: EpochMs,
  reason: CloseReason,
  lastActivityAt: EpochMs = at,
): Facts => ({
  ...moment(instanceId, sessionId, Math.min(lastActivityAt, at)),
  closed: { at, reason },
});
