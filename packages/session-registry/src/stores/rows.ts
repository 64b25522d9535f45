import type { AuditEvent, StoredAuditEvent } from "../model/audit.js";
import type { Session } from "../model/session.js";
import type { Notice } from "../notices/notice.js";

/** Values of {@link sql.PUT}. */
export const sessionValues = (session: Session) =>
  [
    session.guid,
    session.userId,
    session.uid,
    session.version,
    overAt(session),
    session.ended?.at ?? null,
    JSON.stringify(session),
  ] as const;

export const overAt = ({ expiresAt, endsAt }: Session): number => Math.min(expiresAt, endsAt);

export const toSession = ({ data }: { data: string }): Session => JSON.parse(data);

export const toAudit = ({ id, data }: { id: number | string; data: string }): StoredAuditEvent => ({
  ...(JSON.parse(data) as AuditEvent),
  id: Number(id),
});

/** What stays of an event when its user asked to be forgotten: that it happened. */
export function anonymous({ at, type, reason, kind }: AuditEvent): AuditEvent {
  // A reason that somebody wrote may speak of the user.
  const isWord = reason !== undefined && /^[a-z_]{1,40}$/.test(reason);
  return { at, type, userId: "", ...(kind && { kind }), ...(isWord && { reason }) };
}

export interface NoticeRow {
  readonly state: Notice["state"];
  /** Numbers of 8 bytes come as texts out of PostgreSQL. */
  readonly due_at: number | string;
  readonly attempts: number | string;
  readonly claimed_until: number | string | null;
  readonly reported_at: number | string | null;
  readonly sent: string;
  readonly data: string;
}

export function toNotice(row: NoticeRow): Notice {
  return {
    ...(JSON.parse(row.data) as Notice),
    state: row.state,
    dueAt: Number(row.due_at),
    attempts: Number(row.attempts),
    sent: JSON.parse(row.sent),
    ...(row.claimed_until !== null && { claimedUntil: Number(row.claimed_until) }),
    ...(row.reported_at !== null && { reportedAt: Number(row.reported_at) }),
  };
}

/** Values of {@link sql.PUT_NOTICE}. */
export const noticeValues = (notice: Notice) => {
  const { claimedUntil: _claimed, reportedAt: _reported, ...data } = notice;
  const { id, key, userId, createdAt, dueAt, state, attempts, sent } = notice;
  return [id, key, userId, createdAt, dueAt, state, attempts, JSON.stringify(sent), JSON.stringify(data)] as const;
};

/** Values of {@link sql.SETTLE}. */
export const settleValues = ({ state, attempts, dueAt, sent, id }: Notice) =>
  [state, attempts, dueAt, JSON.stringify(sent), id] as const;
