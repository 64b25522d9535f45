import { type EventTable, eventRow, type Row, TABLES } from "./events.js";
import type { LogRecord } from "./record.js";
import { sessionPageRow } from "./session-pages.js";

export type Table = EventTable | "session_pages";

/** The rows of some records, by table. */
export function rowsOf(records: readonly LogRecord[]): Map<Table, Row[]> {
  const rows = new Map<Table, Row[]>();
  const add = (table: Table, row: Row) => {
    const list = rows.get(table);
    if (list) list.push(row);
    else rows.set(table, [row]);
  };
  for (const record of records) {
    for (const [index, session] of record.sessions.entries())
      add("session_pages", sessionPageRow(record, session, index));
    for (const event of record.events) add(TABLES[event.type], eventRow(record, event));
  }
  return rows;
}
