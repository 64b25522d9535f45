import { createHash } from "node:crypto";
import { afterAll } from "vitest";
import type { ConfigInput } from "../config/schema.js";
import { silentLog } from "../lib/logger.js";
import { createStore, type Store } from "../store/index.js";
import { openStore } from "../store/open.js";

/** A server to run the tests on instead of the embedded engine: `http://user:password@host:8123`. */
const url = process.env.CLICKHOUSE_URL;

type Server = NonNullable<ConfigInput["store"]>;
const made = new Map<string, Server>();

/** The server's database for a data directory, the same each time; none without `CLICKHOUSE_URL`. Gone after the file's tests. */
export function serverFor(data: string): Server | undefined {
  if (!url) return undefined;
  const { origin, username, password } = new URL(url);
  const database = `sojourn_test_${createHash("sha256").update(data).digest("hex").slice(0, 12)}`;
  const server = {
    url: origin,
    database,
    ...(username && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
  };
  made.set(database, server);
  return server;
}

afterAll(async () => {
  for (const [database, server] of made) {
    const store = createStore({ ...server, url: String(server.url), database: "default" });
    await store.command(`DROP DATABASE IF EXISTS ${database}`);
    await store.close();
  }
  made.clear();
});

/** A store of its own for a data directory, as its collector would have. */
export function openTestStore(data: string): Promise<Store> {
  const store = serverFor(data);
  return openStore(
    store ? { data, store: { ...store, url: String(store.url) } } : { data, store: undefined },
    silentLog,
  );
}
