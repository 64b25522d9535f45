import { DAY, type EpochMs, HOUR, utcDay } from "../clock.js";
import { countryMark, deviceMark, fingerprintOf, isKnown, MARK_MS, type Mark } from "../model/marks.js";
import type { Session } from "../model/session.js";
import { MAX_ENTRIES, type Notice, type NoticeKind } from "./notice.js";

/** How often a user hears from us. */
export const CAPS = {
  /** Ordinary notices of one kind of sign-in in this time. */
  sameMs: DAY,
  /** Ordinary notices of a day; the rest comes together at its end. */
  perDay: 3,
  /** Risks are told beyond that, one in this time. */
  riskMs: HOUR,
} as const;

interface Known {
  readonly marks: readonly Mark[];
  readonly notices: readonly Notice[];
}

/** What is new about a sign-in: a browser that is not known again, of a kind that was not seen. */
export function noveltyOf(session: Session, { marks }: Known, now: EpochMs): "known" | "new" | "new_country" {
  const { client, deviceHash } = session;
  if (deviceHash && isKnown(marks, deviceMark(deviceHash), now, MARK_MS.device)) return "known";
  const countries = marks.some(({ mark }) => mark.startsWith("c:"));
  const { country } = client;
  if (country && countries && !isKnown(marks, countryMark(country), now, MARK_MS.country)) return "new_country";
  return isKnown(marks, fingerprintOf(client), now, MARK_MS.fingerprint) ? "known" : "new";
}

/**
 * The notice of a sign-in, if its user should hear of it. One whose user signs up, is migrated or is acted for says nothing.
 */
export function noticeOfSignIn(session: Session, known: Known, now: EpochMs, newId: () => string): Notice | undefined {
  if (session.origin !== "login") return undefined;
  const novelty = noveltyOf(session, known, now);
  if (novelty === "known") return undefined;
  if (novelty === "new_country") return noticeOfRisk("new_country", session, known, now, newId);
  const mark = fingerprintOf(session.client);
  const ordinary = known.notices.filter(({ risk, kind }) => !risk && kind !== "digest");
  if (ordinary.some((one) => one.mark === mark && now - one.createdAt < CAPS.sameMs)) return undefined;
  const today = ordinary.filter(({ createdAt }) => utcDay(createdAt) === utcDay(now));
  if (today.length < CAPS.perDay) return noticeOf("new_sign_in", session, mark, now, newId);
  return digest(session, mark, known, now, newId);
}

/** Told at once, but once in an hour. */
export function noticeOfRisk(
  kind: Exclude<NoticeKind, "new_sign_in" | "digest">,
  session: Session,
  { notices }: Known,
  now: EpochMs,
  newId: () => string,
): Notice | undefined {
  if (session.kind === "impersonation") return undefined;
  if (notices.some(({ risk, createdAt }) => risk && now - createdAt < CAPS.riskMs)) return undefined;
  return { ...noticeOf(kind, session, fingerprintOf(session.client), now, newId), risk: true };
}

function noticeOf(kind: NoticeKind, session: Session, mark: string, now: EpochMs, newId: () => string): Notice {
  // A session that is signed in to again is another sign-in.
  return {
    id: newId(),
    key: `${session.guid}:${kind}:${session.authenticatedAt}`,
    userId: session.userId,
    kind,
    risk: false,
    entries: [entryOf(session, now)],
    count: 1,
    mark,
    createdAt: now,
    dueAt: now,
    state: "waiting",
    attempts: 0,
    sent: {},
  };
}

const entryOf = ({ uid, client }: Session, at: EpochMs) => ({ at, uid, client });

function digest(session: Session, mark: string, { notices }: Known, now: EpochMs, newId: () => string): Notice {
  const day = utcDay(now);
  const key = `digest:${session.userId}:${day}`;
  const open = notices.find((one) => one.key === key && one.state === "waiting");
  if (!open) {
    return { ...noticeOf("digest", session, mark, now, newId), key, dueAt: (day + 1) * DAY };
  }
  return { ...open, count: open.count + 1, entries: [...open.entries, entryOf(session, now)].slice(0, MAX_ENTRIES) };
}
