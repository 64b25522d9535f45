import { belonging, type PageNumber } from "../intake/numbers.js";
import type { Row } from "./events.js";
import { type LogRecord, RETENTION_DAYS } from "./record.js";

type LedgerRow = Row & { claimed: number; seqs: number[] };

/**
 * What a beacon tells of its page's numbers: which are here, which were refused and why, and up to which there are some.
 * One row a session, day and fate; rows combine as sets, see the migration.
 */
export function ledgerRows(record: LogRecord): Row[] {
  const { application_id, page, sessions, events, refused = [], claim } = record;
  const rows = new Map<string, LedgerRow>();
  const rowOf = ({ session_id, session_type, date }: Omit<PageNumber, "seq">, reason = ""): LedgerRow => {
    const day = new Date(date).toISOString().slice(0, 10);
    const key = `${session_id}/${day}/${reason}`;
    const known = rows.get(key);
    if (known) return known;
    const row = {
      application_id,
      page_id: page.page_id,
      page_started_at: page.page_started_at,
      session_id,
      session_type,
      day,
      reason,
      late: record.late ? 1 : 0,
      retention_days: record.retention_days ?? RETENTION_DAYS,
      claimed: 0,
      seqs: [],
    };
    rows.set(key, row);
    return row;
  };

  for (const { seq, s = 0, date } of events) rowOf({ ...belonging(sessions[s]), date }).seqs.push(seq);
  for (const number of refused) rowOf(number, number.reason).seqs.push(number.seq);
  if (claim) rowOf(claim).claimed = claim.seq;
  return [...rows.values()];
}
