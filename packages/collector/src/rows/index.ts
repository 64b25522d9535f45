import type { ServerRecord } from "../server/record.js";
import { type ServerTable, serverRows } from "../server/rows.js";
import { type Block, createBlockBuilder, NOTHING } from "./block.js";
import { type EventTable, eventRows, type SharedRow, TABLES } from "./events.js";
import { ledgerRows } from "./ledger.js";
import type { LogRecord } from "./record.js";
import { sessionPageRow } from "./session-pages.js";

export type Table = EventTable | "ledger" | "session_pages" | ServerTable;

/** What the log has: what pages said, and what servers know. */
export type AnyRecord = LogRecord | ServerRecord;

/** The rows of one record, with their tables. */
export function* rowsOf(record: AnyRecord): Generator<[Table, SharedRow]> {
  if (record.r === 2) {
    for (const [table, own] of serverRows(record)) yield [table, { shared: NOTHING, own }];
    return;
  }
  for (const [index, session] of record.sessions.entries()) {
    yield ["session_pages", { shared: NOTHING, own: sessionPageRow(record, session, index) }];
  }
  for (const own of ledgerRows(record)) yield ["ledger", { shared: NOTHING, own }];
  const rowOf = eventRows(record);
  for (const event of record.events) yield [TABLES[event.type], rowOf(event)];
}

/**
 * The rows of some records as one block a table.
 *
 * @param breathe called between records, to let other work run.
 */
export async function blocksOf(
  records: readonly AnyRecord[],
  breathe: () => Promise<void> | undefined,
): Promise<Map<Table, Block>> {
  const builders = new Map<Table, ReturnType<typeof createBlockBuilder>>();
  for (const record of records) {
    for (const [table, row] of rowsOf(record)) {
      const builder = builders.get(table) ?? createBlockBuilder();
      builders.set(table, builder);
      builder.add(row);
    }
    await breathe();
  }
  return new Map([...builders].map(([table, builder]) => [table, builder.build()]));
}
