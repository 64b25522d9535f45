import { createAppender } from "./appender.js";
import { type LogFiles, openLogFiles, type Position } from "./files.js";
import { encodeLine } from "./line.js";
import { readLines } from "./reader.js";

export interface Batch {
  records: unknown[];
  /** Names this stretch of the log; the same after a restart for the same stretch. */
  token: string;
  /** Lines that were torn or damaged and left out. */
  damaged: number;
  /** Where the log continues. */
  end: Position;
}

/** Records on disk between the answer to a sender and the store. */
export interface DurableLog {
  /**
   * Resolves when the record is on disk.
   *
   * @throws LogFull when the log is at its limit or the disk is full; other errors as the system reports them.
   */
  append(record: unknown): Promise<void>;
  /** Resolves when there is something to read, or when the signal aborts. */
  arrived(signal: AbortSignal): Promise<void>;
  /** The oldest records not yet consumed, none when there are none. */
  nextBatch(bounds: { records: number; bytes: number }): Promise<Batch | undefined>;
  /** Marks a batch as delivered; segments before its end are deleted. */
  consume(batch: Batch): Promise<void>;
  /** Bytes not yet consumed. */
  readonly pendingBytes: number;
  /** For how long at most the oldest record that is not consumed waits: epoch ms; undefined when none is. */
  readonly waitingSince: number | undefined;
  /** The last record found no room, and none was made since. */
  readonly isFull: boolean;
  /** Writes what waits, then closes. */
  close(): Promise<void>;
}

/** The log is at its limit. */
export interface LogFull extends Error {
  code: "LOG_FULL";
}

export function isLogFull(error: unknown): error is LogFull {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "LOG_FULL" || error.code === "ENOSPC" || error.code === "EDQUOT")
  );
}

/**
 * Opens the log in a directory of its own, continuing where the last process stopped. Appending always begins a new
 * segment, so a torn line is only ever the last of an old one.
 *
 * @param options.limitBytes bound of what is not yet consumed.
 * @param options.segmentBytes size at which a new segment begins; default 16 MiB.
 * @param options.now epoch ms; default `Date.now`.
 * @param options.files where the segments are; default the directory's own.
 */
export async function openLog(
  directory: string,
  options: { limitBytes: number; segmentBytes?: number; now?: () => number; files?: LogFiles },
): Promise<DurableLog> {
  const { now = Date.now, files = await openLogFiles(directory) } = options;
  const found = await files.list();
  /** Segment → bytes of it that are on disk. */
  const ends = new Map(found.map(({ segment, size }) => [segment, size]));
  const saved = (await files.readPosition()) ?? { segment: 0, offset: 0 };
  const newest = Math.max(saved.segment, ...ends.keys());
  let position: Position = saved;
  let wakeUp: (() => void)[] = [];
  /** Bytes that were handed to the appender and are not yet counted in `ends`. */
  let inFlight = 0;
  let isFull = false;
  let waitingSince: number | undefined;

  const appender = createAppender(files, {
    firstSegment: newest + 1,
    segmentBytes: options.segmentBytes ?? 16 * 1024 * 1024,
    onDurable(segment, end) {
      ends.set(segment, end);
      waitingSince ??= now();
      const waiting = wakeUp;
      wakeUp = [];
      for (const wake of waiting) wake();
    },
  });

  /** Steps over segments that are read to their end, and deletes them. */
  async function advance(): Promise<void> {
    for (const [segment, end] of [...ends].sort(([a], [b]) => a - b)) {
      if (segment > position.segment) position = { segment, offset: 0 };
      const isRead = segment < position.segment || position.offset >= end;
      if (!isRead || segment === appender.segment) return;
      ends.delete(segment);
      await files.remove(segment).catch(() => {});
    }
  }
  await advance();

  const pendingBytes = () => {
    let bytes = 0;
    for (const [segment, end] of ends) {
      if (segment > position.segment) bytes += end;
      else if (segment === position.segment) bytes += Math.max(0, end - position.offset);
    }
    return bytes;
  };

  if (pendingBytes() > 0) waitingSince = found.find(({ segment }) => segment >= position.segment)?.beganAt;

  return {
    async append(record) {
      const line = encodeLine(record);
      isFull = pendingBytes() + inFlight + line.length > options.limitBytes;
      if (isFull) {
        throw Object.assign(new Error("the log is full"), { code: "LOG_FULL" as const });
      }
      inFlight += line.length;
      try {
        await appender.append(line);
      } catch (error) {
        isFull = isLogFull(error);
        throw error;
      } finally {
        inFlight -= line.length;
      }
    },
    async arrived(signal) {
      while (pendingBytes() === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            signal.removeEventListener("abort", wake);
            resolve();
          };
          signal.addEventListener("abort", wake, { once: true });
          wakeUp.push(wake);
        });
      }
    },
    async nextBatch(bounds) {
      await advance();
      const { segment, offset } = position;
      const end = ends.get(segment);
      if (end === undefined || end <= offset) return undefined;
      const handle = await files.openForReading(segment);
      try {
        const sealed = segment !== appender.segment;
        const read = await readLines(handle, { from: offset, to: end, sealed, ...bounds });
        return { ...read, token: `${segment}-${offset}-${read.next}`, end: { segment, offset: read.next } };
      } finally {
        await handle.close();
      }
    },
    async consume(batch) {
      position = batch.end;
      isFull = false;
      if (pendingBytes() === 0) waitingSince = undefined;
      await advance();
      // On a full disk the next one counts: what lies between is delivered again after a stop, and the store keeps each once.
      await files.writePosition(position).catch((error: unknown) => {
        if (!isLogFull(error)) throw error;
      });
    },
    get pendingBytes() {
      return pendingBytes();
    },
    get waitingSince() {
      return waitingSince;
    },
    get isFull() {
      return isFull;
    },
    close: () => appender.close(),
  };
}
