import type { FileHandle } from "node:fs/promises";
import { createBreather } from "../lib/breather.js";
import { decodeLine } from "./line.js";

const NEWLINE = 0x0a;
/** Longer than any record: a beacon's bound and what is added to it. */
const MAX_LINE = 16 * 1024 * 1024;

/**
 * Reads whole lines of a segment between two bytes, up to a number of records or bytes, but at least one line.
 *
 * @param options.sealed no more will be written to the segment, so that a rest without a newline is a torn line.
 */
export async function readLines(
  handle: FileHandle,
  options: { from: number; to: number; sealed: boolean; records: number; bytes: number },
): Promise<{ records: unknown[]; damaged: number; next: number }> {
  const { from, to, sealed } = options;
  const records: unknown[] = [];
  const breathe = createBreather();
  let damaged = 0;
  let want = Math.min(options.bytes, to - from);
  for (;;) {
    const buffer = await readFully(handle, from, want);
    let start = 0;
    while (records.length < options.records) {
      const newline = buffer.indexOf(NEWLINE, start);
      if (newline < 0) break;
      const record = decodeLine(buffer.subarray(start, newline));
      if (record === undefined) damaged += 1;
      else records.push(record);
      start = newline + 1;
      await breathe();
    }
    if (start > 0) return { records, damaged, next: from + start };
    const all = from + want >= to;
    if (all || want >= MAX_LINE) return { records, damaged: sealed ? 1 : 0, next: sealed ? to : from };
    want = Math.min(want * 4, MAX_LINE, to - from);
  }
}

async function readFully(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
