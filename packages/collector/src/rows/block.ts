import type { Row } from "./events.js";

/** Rows of one table as JSONCompactEachRow: the names once, then a JSON array a row. */
export interface Block {
  columns: readonly string[];
  rows: number;
  /** The text in pieces of about 64 KiB. */
  pieces: readonly Buffer[];
}

const PIECE = 64 * 1024;

/** Puts rows, all with the same columns in the same order, into a block. */
export function createBlockBuilder() {
  const pieces: Buffer[] = [];
  let columns: readonly string[] = [];
  let text = "";
  let rows = 0;
  const cut = () => {
    if (text !== "") pieces.push(Buffer.from(text, "utf8"));
    text = "";
  };
  return {
    add(row: Row) {
      if (rows === 0) columns = Object.keys(row);
      rows += 1;
      text += `${JSON.stringify(Object.values(row))}\n`;
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
  for (const row of rows) builder.add(row);
  return builder.build();
}
