import type { FileHandle } from "node:fs/promises";
import type { LogFiles } from "./files.js";

export interface Appender {
  /** Resolves when the line is on disk. */
  append(line: Buffer): Promise<void>;
  /** The segment being written, none before the first line. */
  readonly segment: number | undefined;
  /** Writes what waits, then closes the file. */
  close(): Promise<void>;
}

interface Waiting {
  line: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: lines that come while a write is under way wait for it and go together in the next one, with one
 * fdatasync for all.
 *
 * A failed write leaves bytes nobody may rely on. They are cut off, its segment is given up and the next line opens a new one;
 * a segment without any line is removed, so that a disk that stays full does not fill with empty files.
 */
export function createAppender(
  files: LogFiles,
  options: { firstSegment: number; segmentBytes: number; onDurable: (segment: number, end: number) => void },
): Appender {
  let next = options.firstSegment;
  let current: { segment: number; handle: FileHandle; end: number } | undefined;
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(Buffer.concat(group.map(({ line }) => line)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        await giveUp();
        for (const { reject } of group) reject(error);
      }
    }
    running = undefined;
  }

  async function write(bytes: Buffer): Promise<void> {
    if (current && current.end >= options.segmentBytes) await seal();
    if (!current) {
      const segment = next++;
      current = { segment, handle: await files.create(segment), end: 0 };
    }
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await current.handle.write(bytes, done, bytes.length - done, current.end + done);
      done += bytesWritten;
    }
    await current.handle.datasync();
    current.end += bytes.length;
    options.onDurable(current.segment, current.end);
  }

  async function giveUp(): Promise<void> {
    if (!current) return;
    const { segment, handle, end } = current;
    if (end > 0) await handle.truncate(end).catch(() => {});
    await seal();
    if (end === 0) await files.remove(segment).catch(() => {});
  }

  async function seal(): Promise<void> {
    const { handle } = current ?? {};
    current = undefined;
    await handle?.close().catch(() => {});
  }

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        running ??= run();
      }),
    get segment() {
      return current?.segment;
    },
    async close() {
      await running;
      await seal();
    },
  };
}
