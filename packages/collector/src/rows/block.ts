import type { Row, SharedRow } from "./events.js";

/** Rows of one table as JSONCompactEachRow: the names once, then a JSON array a row. */
export interface Block {
  columns: readonly string[];
  rows: number;
  /** The text in pieces of about 64 KiB. */
  pieces: readonly Buffer[];
}

const PIECE = 64 * 1024;
/** The shared part of a row that shares nothing. */
export const NOTHING: Row = {};

/** Puts rows, all with the same columns in the same order, into a block. */
export function createBlockBuilder() {
  const pieces: Buffer[] = [];
  let columns: readonly string[] = [];
  let text = "";
  let rows = 0;
  let lastShared = NOTHING;
  let lastPrefix = "[";
  const cut = () => {
    if (text !== "") pieces.push(Buffer.from(text, "utf8"));
    text = "";
  };
  return {
    add({ shared, own }: SharedRow) {
      if (rows === 0) columns = [...Object.keys(shared), ...Object.keys(own)];
      if (shared !== lastShared) {
        lastShared = shared;
        const values = Object.values(shared);
        lastPrefix = values.length === 0 ? "[" : `${JSON.stringify(values).slice(0, -1)},`;
      }
      rows += 1;
      text += `${lastPrefix}${JSON.stringify(Object.values(own)).slice(1)}\n`;
      if (text.length >= PIECE) cut();
    },
    build(): Block {
      cut();
      return { columns, rows, pieces };
    },
  };
}

export function blockOf(rows: Iterable<Row>): Block {
  const builder = createBlockBuilder();
  for (const row of rows) builder.add({ shared: NOTHING, own: row });
  return builder.build();
}
