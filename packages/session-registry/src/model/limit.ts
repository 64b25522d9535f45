import { DAY, type EpochMs } from "../clock.js";
import { byUse, endOf, isLive, type Session } from "./session.js";

export interface Limit {
  /** Live sessions of one user, impersonations not counted. */
  readonly max: number;
  readonly onExceed: "evict-lru" | "deny";
}

/** Sessions that ended are kept for so long and so many, for others to see that they were there. */
export const TOMBSTONES = { max: 50, ms: 30 * DAY } as const;

const counts = (session: Session, now: EpochMs) => session.kind === "login" && isLive(session, now);

/** Those that must end for one more to have room: the ones not used for longest. */
export function evicted(sessions: readonly Session[], now: EpochMs, { max }: Limit): Session[] {
  return sessions
    .filter((session) => counts(session, now))
    .sort(byUse)
    .slice(max - 1);
}

/** Sessions that need not be kept any longer: what ran out, and tombstones that are too many or too old. */
export function forgotten(sessions: readonly Session[], now: EpochMs): string[] {
  const over = sessions.flatMap((session) => {
    const end = endOf(session, now);
    return end ? [{ session, end }] : [];
  });
  const tombstones = over
    .filter(({ end }) => end.reason !== "expired" && now - end.at <= TOMBSTONES.ms)
    .sort((a, b) => b.end.at - a.end.at)
    .slice(0, TOMBSTONES.max);
  const kept = new Set(tombstones.map(({ session }) => session.guid));
  return over.map(({ session }) => session.guid).filter((guid) => !kept.has(guid));
}
