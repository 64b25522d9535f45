import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config/schema.js";
import { startEngine } from "../engine/start.js";
import { type Log, messageOf } from "../lib/logger.js";
import { createStore, isStoreAnswer, type Store, type StoreConnection } from "./index.js";
import { migrate } from "./migrate.js";

const DEFAULT_DATABASE = "sojourn";
const RETRY_MS = 5_000;

/**
 * The configured store, or the embedded engine, with its tables as this version needs them.
 *
 * A store by URL may be away at start: beacons are taken all the same, and reads and writes fail until it is there and
 * its tables are ready.
 *
 * @throws Error when the embedded engine does not start, or when the store answers and refuses.
 */
export async function openStore(
  config: Pick<Config, "store" | "data">,
  logger: Log,
  engineRestarted?: () => void,
): Promise<Store> {
  return config.store ? openRemote(config.store, logger) : openEmbedded(config.data, logger, engineRestarted);
}

async function openEmbedded(data: string, logger: Log, restarted: (() => void) | undefined): Promise<Store> {
  const engine = await startEngine({
    directory: join(data, "engine"),
    database: DEFAULT_DATABASE,
    log: logger,
    restarted,
  });
  const { url, agent, password } = engine;
  const store = createStore({ url, agent, password, database: DEFAULT_DATABASE });
  const close = async () => {
    await store.close();
    await engine.stop();
  };
  try {
    await prepare(store, logger);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...store, close };
}

/** A store by URL as it is: nothing is made or migrated. */
export function connect({ database = DEFAULT_DATABASE, ...rest }: NonNullable<Config["store"]>): Store {
  return createStore({ ...rest, database });
}

async function openRemote(configured: NonNullable<Config["store"]>, logger: Log): Promise<Store> {
  const { database = DEFAULT_DATABASE, ...rest } = configured;
  const connection: StoreConnection = { ...rest, database };
  const store = createStore(connection);
  const closing = new AbortController();
  let ready = false;
  const begin = async () => {
    if (!(await hasDatabase(store))) await createDatabase(connection);
    await prepare(store, logger);
    ready = true;
  };

  async function retry(): Promise<void> {
    while (!ready && !closing.signal.aborted) {
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      await begin().catch((error: unknown) => logger.warn("the store is not ready", { error: messageOf(error) }));
    }
  }

  let retrying: Promise<void> | undefined;
  try {
    await begin();
  } catch (error) {
    if (isStoreAnswer(error) || !isConnectionError(error)) {
      await store.close();
      throw new Error(`store.url: ${[configured.url].flat().join(", ")} cannot be used: ${messageOf(error)}`, {
        cause: error,
      });
    }
    logger.warn("the store does not answer; beacons are kept in the log until it does", { error: messageOf(error) });
    retrying = retry();
  }

  const whenReady = <A extends unknown[], R>(action: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      if (!ready) throw new Error("the store is not ready");
      return action(...given);
    };
  };
  return {
    ...store,
    insert: whenReady(store.insert),
    query: <T>(...asked: Parameters<Store["query"]>) => whenReady(store.query<T>)(...asked),
    isReachable: async () => ready && store.isReachable(),
    async close() {
      closing.abort();
      await retrying;
      await store.close();
    },
  };
}

async function prepare(store: Store, logger: Log): Promise<void> {
  for (const name of await migrate(store)) logger.info("applied migration", { name });
}

/** Asked first: who is given a database by somebody else may not make any. */
async function hasDatabase(store: Store): Promise<boolean> {
  try {
    await store.query("SELECT 1");
    return true;
  } catch (error) {
    if (isStoreAnswer(error) && error.type === "UNKNOWN_DATABASE") return false;
    throw error;
  }
}

async function createDatabase(connection: StoreConnection): Promise<void> {
  const server = createStore({ ...connection, database: "default" });
  try {
    const where = connection.cluster === undefined ? "" : ` ON CLUSTER '${connection.cluster}'`;
    await server.command(`CREATE DATABASE IF NOT EXISTS ${connection.database}${where}`);
  } finally {
    await server.close();
  }
}

function isConnectionError(error: unknown): boolean {
  return (
    error instanceof Error &&
    ("code" in error || error instanceof AggregateError || /timeout|socket/i.test(error.message))
  );
}
