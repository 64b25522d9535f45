import { setTimeout as sleep } from "node:timers/promises";
import type { Session, SessionOptions } from "chdb";

const WAIT_MS = 15_000;
const STEP_MS = 100;

/**
 * Opens the engine's directory. The engine locks it, and the engine of a collector that was killed holds the lock for a
 * moment longer: it is tried for 15 s.
 *
 * @throws Error when the directory cannot be opened by then.
 */
export async function openDirectory(
  Chdb: typeof Session,
  directory: string,
  options?: SessionOptions,
): Promise<Session> {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      return new Chdb(directory, options);
    } catch (error) {
      if (waited >= WAIT_MS) {
        throw new Error(`The engine cannot open ${directory}; another engine may be using it.`, { cause: error });
      }
      await sleep(STEP_MS);
    }
  }
}
