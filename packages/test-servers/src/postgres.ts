import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { folderOf, pathFolders } from "./programs.js";

/** PostgreSQL does not run as root; this user is on every Linux. */
const NOBODY = 65_534;

/** Folder of PostgreSQL's programs, where they are installed. Debian keeps them out of the PATH. */
export function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = ignored(() => readdirSync(debian)) ?? [];
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, "bin"));
  return folderOf(["initdb", "postgres"], [...folders, ...pathFolders()]);
}

export interface PostgresServer {
  /** Connects to a schema of its own, made when it is new. */
  connection(schema: string): Promise<pg.PoolConfig>;
  stop(): Promise<void>;
}

/** Starts a server of its own on a Unix socket in a new folder. Nothing that it keeps is safe from a power cut. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error("PostgreSQL is not installed (Debian: apt-get install postgresql)");
  const folder = await mkdtemp(join(tmpdir(), "sojourn-postgres-"));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "sojourn", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"];
  const made = spawnSync(join(programs, "initdb"), init, { ...user, cwd: folder, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const flags = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"];
  const server = spawn(join(programs, "postgres"), flags, {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await ready(server);
  const base: pg.PoolConfig = { host: folder, user: "sojourn", database: "postgres" };
  return {
    async connection(schema) {
      const client = new pg.Client(base);
      await client.connect();
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
      await client.end();
      return { ...base, options: `-c search_path=${schema}` };
    },
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      // "Fast": ends what is connected.
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("database system is ready to accept connections")) resolve();
    });
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)));
  });
}

function ignored<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
