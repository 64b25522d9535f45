import { type FileHandle, mkdir, open, readdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A place in the log: the number of a segment and a byte in it. */
export interface Position {
  segment: number;
  offset: number;
}

export interface LogFiles {
  /** Numbers of the segments on disk, ascending, with their sizes in bytes and when they were made, in epoch ms. */
  list(): Promise<{ segment: number; size: number; beganAt: number }[]>;
  create(segment: number): Promise<FileHandle>;
  openForReading(segment: number): Promise<FileHandle>;
  remove(segment: number): Promise<void>;
  readPosition(): Promise<Position | undefined>;
  writePosition(position: Position): Promise<void>;
}

const SEGMENT = /^(\d{10})\.log$/;

/** The log's files: `0000000001.log …` and `position.json`. */
export async function openLogFiles(directory: string): Promise<LogFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const pathOf = (segment: number) => join(directory, `${String(segment).padStart(10, "0")}.log`);
  const positionPath = join(directory, "position.json");

  return {
    async list() {
      const found: { segment: number; size: number; beganAt: number }[] = [];
      for (const name of (await readdir(directory)).sort()) {
        const segment = Number(SEGMENT.exec(name)?.[1] ?? Number.NaN);
        if (Number.isNaN(segment)) continue;
        const handle = await open(pathOf(segment), "r");
        const { size, birthtimeMs, mtimeMs } = await handle.stat();
        await handle.close();
        found.push({ segment, size, beganAt: birthtimeMs || mtimeMs });
      }
      return found;
    },
    async create(segment) {
      const handle = await open(pathOf(segment), "wx", 0o600);
      try {
        await syncDirectory(directory);
        return handle;
      } catch (error) {
        await handle.close();
        await unlink(pathOf(segment)).catch(() => {});
        throw error;
      }
    },
    openForReading: (segment) => open(pathOf(segment), "r"),
    remove: (segment) => unlink(pathOf(segment)),
    async readPosition() {
      try {
        const value = JSON.parse(await readFile(positionPath, "utf8")) as Partial<Position>;
        const { segment, offset } = value;
        return Number.isSafeInteger(segment) && Number.isSafeInteger(offset) ? (value as Position) : undefined;
      } catch {
        return undefined;
      }
    },
    // Not synced: a position that is lost or old has records delivered again, and the store keeps each once.
    async writePosition(position) {
      await writeFile(`${positionPath}.new`, JSON.stringify(position), { mode: 0o600 });
      await rename(`${positionPath}.new`, positionPath);
    },
  };
}

/** Makes a new file's name as durable as its content. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
