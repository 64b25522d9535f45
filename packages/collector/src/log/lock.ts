import { readlinkSync } from "node:fs";
import { open, readFile, stat, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often the owner shows that it lives, and for how long that is believed. */
const TIMES = { beatMs: 4_000, staleMs: 15_000 };

export interface Owner {
  pid: number;
  /** Of another container, so that its process cannot be asked for. */
  isForeign: boolean;
}

/**
 * Makes a data directory this process's own until it is released. A lock whose process is gone is taken over.
 *
 * Processes of different containers do not see each other, and most have the same number, 1. So a lock also names the space
 * that its number is from, and its file is touched every 4 s: one of another space counts while it is touched.
 *
 * @throws Error naming the other process while it lives.
 */
export async function lockDirectory(directory: string, times = TIMES): Promise<() => Promise<void>> {
  const path = join(directory, "lock");
  for (;;) {
    try {
      const handle = await open(path, "wx", 0o600);
      await handle.writeFile(`${process.pid} ${namespace()}`);
      await handle.close();
      const timer = setInterval(() => void touch(path), times.beatMs);
      timer.unref();
      return async () => {
        clearInterval(timer);
        await unlink(path).catch(() => {});
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const owner = await ownerOf(directory, times);
    if (owner?.isForeign && (await isSilent(path, times))) continue;
    if (owner) {
      const who = owner.isForeign ? "a process of another container" : `process ${owner.pid}`;
      throw new Error(`data: ${directory} is in use by ${who}; stop it, or delete ${path} if that is no collector`);
    }
    await unlink(path).catch(() => {});
  }
}

/** Which other process has a data directory; undefined when none does. */
export async function ownerOf(directory: string, { staleMs } = TIMES): Promise<Owner | undefined> {
  const path = join(directory, "lock");
  const [number = "", space] = (await readFile(path, "utf8").catch(() => "")).split(" ");
  const pid = Number(number);
  if (space === undefined || space === namespace()) {
    return pid !== process.pid && isAlive(pid) ? { pid, isForeign: false } : undefined;
  }
  const touched = await touchedAt(path);
  return touched !== undefined && Date.now() - touched < staleMs ? { pid, isForeign: true } : undefined;
}

/** Waits until a foreign lock was not touched for long enough, as after the end of its container. False when it was touched. */
async function isSilent(path: string, { staleMs }: typeof TIMES): Promise<boolean> {
  const first = await touchedAt(path);
  if (first === undefined) return true;
  do {
    await sleep(Math.min(200, staleMs));
    const touched = await touchedAt(path);
    if (touched !== undefined && touched !== first) return false;
  } while (Date.now() - first < staleMs);
  return true;
}

async function touchedAt(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

/** The space that process numbers of this container are from; empty where there are no containers. */
function namespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
