import { readFile } from "node:fs/promises";
import { isAlive } from "../log/lock.js";

const WAIT_MS = 15_000;
const STEP_MS = 50;

/**
 * Waits until the engine process of an earlier collector has let go of the directory: two engines in one directory
 * would damage it. An earlier engine notices the end of its collector at once and needs a moment to close.
 *
 * @param path file with the earlier engine's process id.
 * @throws Error when that process is still there after 15 s.
 */
export async function waitForOwner(path: string, sleep: (ms: number) => Promise<unknown>): Promise<void> {
  const owner = Number(await readFile(path, "utf8").catch(() => ""));
  if (owner === process.pid) return;
  for (let waited = 0; await isEngine(owner); waited += STEP_MS) {
    if (waited >= WAIT_MS)
      throw new Error(`The engine's directory is in use by process ${owner}; stop it, or delete ${path}.`);
    await sleep(STEP_MS);
  }
}

/** A process id may have gone to another program since; where /proc tells, its command line is looked at. */
async function isEngine(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  return command === undefined ? process.platform !== "linux" : command.includes("engine");
}
