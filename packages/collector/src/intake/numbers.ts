import { ENVELOPE, type EpochMs, EVENT_FIELDS, KINDS, type SessionBlock } from "@sojourn/core/model";
import type { Flaw } from "./hygiene.js";
import { flawedTime } from "./times.js";

/** A number that a page gave to an event, and where it belongs. */
export interface PageNumber {
  seq: number;
  session_id: string;
  session_type: string;
  date: EpochMs;
}

/** What is left of an event that is not kept: nothing of what was in it. */
export interface RefusedNumber extends PageNumber {
  /** `field: reason`, out of a list that no sender can add to, or that it was silenced. */
  reason: string;
}

const FIELDS = new Set(["event", ...[ENVELOPE, ...Object.values(EVENT_FIELDS)].flatMap((table) => Object.keys(table))]);

/** The highest number a page had given: in the newest of its sessions, since that is the one it was in. */
export function claimOf(seq: number, sessions: readonly SessionBlock[], date: EpochMs): PageNumber {
  const [first, ...others] = sessions;
  const newest = others.reduce(
    (last, each) => (last && last.session_created_at >= each.session_created_at ? last : each),
    first,
  );
  return { seq, ...belonging(newest), date };
}

/**
 * The number of an event that was refused. Without a usable one it cannot be told from another: undefined, and the number
 * that its page gave stays missing.
 *
 * @param madeAt stands in for a date that cannot be right.
 */
export function refusedNumber(
  raw: unknown,
  flaw: Flaw,
  sessions: readonly SessionBlock[],
  madeAt: EpochMs,
  now: EpochMs,
): RefusedNumber | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { seq, s = 0, date } = raw as Readonly<Record<string, unknown>>;
  if (!isCount(seq)) return undefined;
  const right = Number.isSafeInteger(date) && !flawedTime("date", date as EpochMs, now);
  return {
    seq,
    ...belonging((isCount(s) ? sessions[s] : undefined) ?? sessions[0]),
    date: right ? (date as EpochMs) : madeAt,
    reason: reasonOf(flaw),
  };
}

export function belonging(session: SessionBlock | undefined): Pick<PageNumber, "session_id" | "session_type"> {
  const { session_id = "", session_type = "" } = session ?? {};
  return { session_id, session_type };
}

/** A field's path has names of the page's own making behind its first part, and an unknown field is one. */
function reasonOf({ field, reason }: Flaw): string {
  const [name = ""] = field.split(/[.[]/, 1);
  return `${FIELDS.has(name) ? name : "event"}: ${reason}`;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= KINDS.count.maximum;
}
