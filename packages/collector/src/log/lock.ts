import { open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Makes a data directory this process's own until it is released. A lock whose process is gone is taken over.
 *
 * @throws Error naming the other process while it lives.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, "lock");
  for (;;) {
    try {
      const handle = await open(path, "wx", 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => unlink(path).catch(() => {});
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    if (owner !== process.pid && isAlive(owner)) {
      throw new Error(
        `data: ${directory} is in use by process ${owner}; stop it, or delete ${path} if that is no collector`,
      );
    }
    await unlink(path).catch(() => {});
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
