import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./root.mjs";

/**
 * The embedded engine as a server of many databases on a port of this machine, for `npm run test:server`. It tells its parent
 * its address, and is gone with it.
 */

/** Connections for reading that each database has. */
const READS = 6;
const SECRET = "engine";

const { Session } = await import("chdb");
const serve = pathToFileURL(join(ROOT, "packages/collector/dist/engine/serve.js")).href;
/** @type {typeof import("../../packages/collector/dist/engine/serve.js")} */
const { createEngineServer } = await import(serve);

const folder = mkdtempSync(join(tmpdir(), "sojourn-server-"));
process.on("disconnect", () => {
  rmSync(folder, { recursive: true, force: true });
  process.kill(process.pid, "SIGKILL");
});

const first = new Session(folder);
/** @type {Map<string, Promise<import("../../packages/collector/dist/engine/serve.js").EngineSessions>>} */
const opened = new Map();

/** @param {string} database */
async function sessionsOf(database) {
  if (!/^\w+$/.test(database)) return undefined;
  const found = await first.queryAsync(`SELECT count() FROM system.databases WHERE name = '${database}'`);
  if (found.text().trim() !== "1") return undefined;
  const open = opened.get(database) ?? openSessions(database);
  opened.set(database, open);
  return open;
}

/** @param {string} database */
async function openSessions(database) {
  const write = new Session(folder);
  const reads = Array.from({ length: READS }, () => new Session(folder));
  for (const session of [write, ...reads]) await session.queryAsync(`USE ${database}`);
  return { write, reads };
}

const server = createEngineServer(sessionsOf, { secret: SECRET, database: "default" });
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the engine has no port");
  process.send?.(`http://default:${SECRET}@127.0.0.1:${address.port}`);
});
