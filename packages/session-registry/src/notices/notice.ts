import type { EpochMs } from "../clock.js";
import type { StoredClient } from "../model/session.js";

export type NoticeKind =
  /** A sign-in from where none was before. */
  | "new_sign_in"
  /** A session, or a sign-in, in a country that is new for this user. */
  | "new_country"
  /** A session ended because its client became another one. */
  | "client_mismatch"
  /** A session ended because two hold it. */
  | "reuse"
  /** The rest of a day's new sign-ins. */
  | "digest";

export interface NoticeEntry {
  readonly at: EpochMs;
  readonly uid: string;
  readonly client: StoredClient;
}

/** Something a user should hear of. It is written in the transaction of what it is about, and sent afterwards. */
export interface Notice {
  /** 128 bits of chance, base64url. */
  readonly id: string;
  /** Of two with one key only the first is there: nothing is told twice. */
  readonly key: string;
  readonly userId: string;
  readonly kind: NoticeKind;
  readonly risk: boolean;
  /** What it is about, the first {@link MAX_ENTRIES}. */
  readonly entries: readonly NoticeEntry[];
  /** How many it is about. */
  readonly count: number;
  /** Kind of sign-in, by which it is told once a day. */
  readonly mark: string;
  readonly createdAt: EpochMs;
  readonly dueAt: EpochMs;
  readonly state: "waiting" | "sent" | "banner" | "failed";
  readonly attempts: number;
  /** Until then an instance is sending it. */
  readonly claimedUntil?: EpochMs;
  /** When which channel took it. */
  readonly sent: Readonly<Record<string, EpochMs>>;
  /** When the user said that it was somebody else. */
  readonly reportedAt?: EpochMs;
}

export const MAX_ENTRIES = 20;
