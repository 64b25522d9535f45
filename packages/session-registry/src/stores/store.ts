import { DAY, type EpochMs } from "../clock.js";
import type { AuditEvent, StoredAuditEvent } from "../model/audit.js";
import type { Mark } from "../model/marks.js";
import type { Session } from "../model/session.js";
import type { Notice } from "../notices/notice.js";

/** All that is known of a user when something is decided. */
export interface UserState {
  /** Live ones and tombstones. */
  readonly sessions: readonly Session[];
  readonly marks: readonly Mark[];
  /** Of the last eight days. */
  readonly notices: readonly Notice[];
}

/** What a decision writes, all of it or nothing. */
export interface Changes {
  /** New ones, and new states of old ones. */
  readonly put?: readonly Session[];
  /** guids. */
  readonly remove?: readonly string[];
  /** A mark that is there is seen again. */
  readonly marks?: readonly Mark[];
  readonly audit?: readonly AuditEvent[];
  /** A notice whose key is there takes its place while it waits to be sent, and is left out afterwards. */
  readonly notices?: readonly Notice[];
  /** A notice of which the user said that it was somebody else. */
  readonly reported?: { readonly id: string; readonly at: EpochMs };
}

/** A decision sees notices as old as this, ms. */
export const NOTICES_SEEN_MS = 8 * DAY;

/** What the store that all instances share must do. */
export interface RegistryStore {
  find(guid: string): Promise<Session | undefined>;
  /** At most 500. */
  findAll(guids: readonly string[]): Promise<Session[]>;
  /** Live ones, tombstones, and what has run out and was not yet removed. */
  sessionsOf(userId: string): Promise<Session[]>;
  /** Which of these marks the user has. */
  marksOf(userId: string, marks: readonly string[]): Promise<Mark[]>;

  /**
   * Reads a user's state, decides, and writes, with nobody else deciding about the same user in between. `decide` may be
   * called again when the database asks for that, so it does nothing but decide.
   */
  change<Result>(userId: string, decide: (state: UserState) => Changes & { readonly result: Result }): Promise<Result>;
  /** Writes a live session's new state if it still has this version. Answers whether it did. */
  replace(session: Session, version: number, also?: Pick<Changes, "marks" | "audit">): Promise<boolean>;

  /** Oldest first. */
  audit(query: AuditQuery): Promise<StoredAuditEvent[]>;
  /** Takes notices that are due for so long, so that no other instance sends them. */
  claim(now: EpochMs, leaseMs: number, limit: number): Promise<Notice[]>;
  /** Writes how far the delivery of a notice came; whether it was reported is left as it is. */
  settle(notice: Notice): Promise<void>;
  notice(id: string): Promise<Notice | undefined>;
  /** Newest first, at most 50. */
  noticesOf(userId: string, since: EpochMs): Promise<Notice[]>;

  /** A number that was remembered under this name; 0 when none was. */
  readMark(name: string): Promise<number>;
  writeMark(name: string, value: number): Promise<void>;

  /** Removes what no longer needs to be kept, at most `limit` rows of each kind. Answers how many. */
  purge(before: PurgeTimes, limit: number): Promise<number>;
  /** Removes a user; audit events stay, without anything of the user. Answers how many sessions. */
  erase(userId: string): Promise<number>;

  /** Releases what was opened; the store is of no use afterwards. */
  close(): Promise<void>;
}

export interface AuditQuery {
  readonly userId?: string;
  /** Only those with a greater id. */
  readonly after?: number;
  readonly limit: number;
}

export interface PurgeTimes {
  /** Sessions that ran out before. */
  readonly expired: EpochMs;
  /** Sessions that ended before. */
  readonly ended: EpochMs;
  readonly marks: EpochMs;
  readonly audit: EpochMs;
  readonly notices: EpochMs;
}
