import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config/schema.js";
import { silentLog } from "../lib/logger.js";
import { openLog } from "../log/index.js";
import { lockDirectory } from "../log/lock.js";
import type { Store } from "../store/index.js";
import { openStore } from "../store/open.js";
import { startWriter } from "../writer/index.js";
import { openRefusedRecords } from "../writer/refused.js";

export interface Offline {
  store: Store;
  /** Moves what waits in this data directory's log into the store. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

const STEP_MS = 50;

/**
 * The store of a configuration for a command. Of the embedded engine, and wherever the log matters, the data directory is
 * this process's own meanwhile.
 *
 * @throws Error that names the process that has the data directory.
 */
export async function openOffline(config: Config, { withLog = false } = {}): Promise<Offline> {
  const unlock = config.store && !withLog ? undefined : await lockData(config.data);
  try {
    const store = await openStore(config, silentLog);
    return {
      store,
      drain: () => drain(config, store),
      async close() {
        await store.close();
        await unlock?.();
      },
    };
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

/**
 * Takes the data directory. It has to be there: in one that a slip of the pen has made there is nothing to erase, and it would
 * look like done.
 */
export async function lockData(data: string): Promise<() => Promise<void>> {
  const there = await stat(data).catch(() => undefined);
  if (!there?.isDirectory()) throw new Error(`data: there is no directory ${data}; name a collector's with --data`);
  return lockDirectory(data).catch((error: Error) => {
    throw new Error(`${error.message.split(";", 1)[0]}: stop that collector first`);
  });
}

async function drain(config: Config, store: Store): Promise<void> {
  if (!(await store.isReachable())) throw new Error("the store does not answer");
  const log = await openLog(join(config.data, "log"), { limitBytes: Number.POSITIVE_INFINITY });
  const refused = await openRefusedRecords(join(config.data, "refused"));
  // Blocks that this process writes are no other's: what a collector wrote before it ended is there once all the same.
  const logId = `command-${randomBytes(8).toString("hex")}`;
  const writer = startWriter({ log, store, refused, logger: silentLog, logId });
  while (log.pendingBytes > 0) await sleep(STEP_MS);
  await writer.stop();
  await log.close();
}
