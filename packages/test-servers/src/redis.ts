import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOf, pathFolders } from "./programs.js";

const PROGRAM = "redis-server";

/** Folder of Redis's server, where it is installed. */
export const findRedis = (): string | undefined => folderOf([PROGRAM], pathFolders());

export interface RedisServer {
  /** Path of its Unix socket. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts a server of its own on a Unix socket in a new folder, which keeps nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const programs = findRedis();
  if (programs === undefined) throw new Error("Redis is not installed (Debian: apt-get install redis-server)");
  const folder = await mkdtemp(join(tmpdir(), "sojourn-redis-"));
  const socket = join(folder, "redis.sock");
  const flags = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder];
  const server = spawn(join(programs, PROGRAM), flags, { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (/ready to accept connections/i.test(said)) resolve();
    });
    server.once("exit", (code) => reject(new Error(`Redis ended with ${code}: ${said}`)));
  });
  return {
    socket,
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
