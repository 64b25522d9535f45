import { Temporal } from "temporal-polyfill";
import type { ClientInfo, CloseReason, EpochMs, Facts, IdentityFact } from "./facts.js";

/** One user's time on a connection, half-open. */
export interface LoginInterval {
  readonly userId: string;
  readonly guid?: string;
  readonly impersonated?: boolean;
  readonly loginAt: EpochMs;
  /** Absent while it lasts. */
  readonly endedAt?: EpochMs;
  /** `switch`: another user signed in on the same connection. */
  readonly endReason?: "logout" | "switch" | "closed";
}

/** A connection as it is given out. `createdAt ≤ loginAt ≤ lastActivityAt ≤ closedAt` always holds. */
export interface ConnectionDocument extends ClientInfo {
  /** The connection; unique in its instance. */
  readonly sessionId: string;
  /** One life of a server process. */
  readonly instanceId: string;
  readonly transport?: string;
  /** The user who signed in last; stays after the sign-out. */
  readonly userId?: string;
  readonly guid?: string;
  readonly ip?: string;
  readonly country?: string;
  readonly host?: string;
  readonly bot: boolean;
  readonly synthetic: boolean;
  readonly previousId?: string;
  readonly createdAt: Date;
  readonly loginAt?: Date;
  readonly lastActivityAt: Date;
  readonly logoutAt?: Date;
  readonly closedAt?: Date;
  readonly closeReason?: CloseReason;
  /** Every user of the connection, oldest first. */
  readonly logins: readonly LoginInterval[];
  /** Of `createdAt` in the asked time zone; nothing is keyed by them. `month` is 1 to 12. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * @param timeZone IANA name that `year`, `month` and `day` are of
 */
export function toDocument(facts: Facts, timeZone = "UTC"): ConnectionDocument {
  const { opening, closed, createdAt } = facts;
  const logins = loginsOf(facts);
  const last = logins.at(-1);
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(createdAt).toZonedDateTimeISO(timeZone);
  return {
    sessionId: facts.sessionId,
    instanceId: facts.instanceId,
    ...(opening && pick(opening, ["transport", "ip", "country", "host", "previousId"])),
    ...opening?.client,
    ...(last && pick(last, ["userId", "guid"])),
    bot: opening?.bot ?? false,
    synthetic: opening?.synthetic ?? false,
    createdAt: new Date(createdAt),
    ...(last && { loginAt: new Date(last.loginAt) }),
    lastActivityAt: new Date(facts.lastActivityAt),
    ...(last?.endReason === "logout" && last.endedAt !== undefined && { logoutAt: new Date(last.endedAt) }),
    ...(closed && { closedAt: new Date(closed.at), closeReason: closed.reason }),
    logins,
    year,
    month,
    day,
  };
}

/** Who used the connection when. The same user again changes nothing; nothing lasts longer than the connection. */
export function loginsOf({ identity, closed }: Pick<Facts, "identity" | "closed">): LoginInterval[] {
  const logins: LoginInterval[] = [];
  let current: LoginInterval | undefined;
  const end = (endedAt: EpochMs, endReason: LoginInterval["endReason"]) => {
    if (current) logins.push({ ...current, endedAt, ...(endReason && { endReason }) });
    current = undefined;
  };
  for (const fact of identity) {
    if (closed && fact.at > closed.at) break;
    if (fact.userId === undefined) end(fact.at, "logout");
    else if (!isSame(current, fact)) {
      end(fact.at, "switch");
      const { at, userId, guid, impersonated } = fact;
      current = { userId, ...(guid && { guid }), ...(impersonated && { impersonated }), loginAt: at };
    }
  }
  if (closed) end(closed.at, "closed");
  else if (current) logins.push(current);
  return logins;
}

const isSame = (current: LoginInterval | undefined, fact: IdentityFact): boolean =>
  current !== undefined && current.userId === fact.userId && current.guid === fact.guid;

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Partial<
    Pick<T, K>
  >;
}
