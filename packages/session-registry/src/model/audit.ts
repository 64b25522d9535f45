import type { EpochMs } from "../clock.js";
import type { EndReason, Session, StoredClient } from "./session.js";

export type AuditType =
  | "created"
  | "reused"
  | "revived"
  | "migrated"
  | "refused"
  | "reauthenticated"
  | "stepped_up"
  | "client_changed"
  | "challenged"
  | "ended"
  | "impersonation_started"
  | "notice_queued"
  | "reported";

/** One thing that happened to a user's sessions. Events are only ever added. */
export interface AuditEvent {
  readonly at: EpochMs;
  readonly type: AuditType;
  readonly userId: string;
  /** Of the session, where it has one. */
  readonly guid?: string;
  readonly uid?: string;
  readonly kind?: Session["kind"];
  /** Why it ended, or was refused. */
  readonly reason?: EndReason | string;
  /** uid of the session, or name of the administrator, that did it. */
  readonly by?: string;
  /** Of an impersonation. */
  readonly actor?: string;
  readonly authMethod?: string;
  readonly client?: StoredClient;
  /** What the policy saw; with `monitor` also what it would have done. */
  readonly flags?: readonly string[];
}

export interface StoredAuditEvent extends AuditEvent {
  /** Grows from one to the next. */
  readonly id: number;
}

export const AUDIT_DAYS = 400;

/** An event about a session. */
export function auditOf(type: AuditType, session: Session, at: EpochMs, more: Partial<AuditEvent> = {}): AuditEvent {
  const { userId, guid, uid, kind, actor } = session;
  return { at, type, userId, guid, uid, kind, ...(actor && { actor: actor.userId }), ...more };
}
