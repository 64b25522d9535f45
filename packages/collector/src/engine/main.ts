import { mkdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { openDirectory } from "./open.js";
import type { FromEngine, ToEngine } from "./protocol.js";
import { createEngineServer } from "./serve.js";

/**
 * The engine's process: ClickHouse's engine behind a Unix socket. A crash of native code ends this process and not the
 * intake; the parent starts it again. It ends with its parent.
 */

/** More than the query API ever asks for at once, so that it is always told whether the engine is well. */
const READS = 6;

let server: Server | undefined;

process.on("message", (message: ToEngine) => {
  if (message.type === "stop") void stop();
  else void start(message).catch((error: unknown) => tell({ type: "failed", message: describe(error) }));
});
process.on("disconnect", () => void stop());
// Ctrl-C reaches the whole process group; the parent decides when the engine goes, after the writer is done.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

async function start({
  directory,
  socket,
  secret,
  database,
  configFile,
}: Extract<ToEngine, { type: "start" }>): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const chdb = await import("chdb").catch((error: unknown) => {
    throw new Error(
      `The embedded engine is not available on ${process.platform}-${process.arch} (package chdb: ${describe(error)}). ` +
        "Set store.url to a ClickHouse server.",
    );
  });
  const path = join(directory, "clickhouse");
  const options = configFile === undefined ? {} : { connectionArgs: [`--config-file=${configFile}`] };
  const write = await openDirectory(chdb.Session, path, options);
  const reads = Array.from({ length: READS }, () => new chdb.Session(path, options));
  await write.queryAsync(`CREATE DATABASE IF NOT EXISTS ${database}`);
  for (const session of [write, ...reads]) await session.queryAsync(`USE ${database}`);

  const sessions = { reads, write };
  server = createEngineServer((name) => (name === database ? sessions : undefined), { secret, database });
  await mkdir(dirname(socket), { recursive: true, mode: 0o700 });
  await rm(socket, { force: true });
  server.listen(socket, () => tell({ type: "listening" }));
}

let stopping = false;

/**
 * Ends when the requests under way are answered, and after 10 s in any case.
 *
 * By a kill and not by exit: the library's exit handlers can wait for each other for ever (seen when the process ended
 * soon after its start). Nothing is lost by it, since rows are on disk when their insert is answered.
 */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(end, 10_000);
  if (server) await new Promise((resolve) => server?.close(resolve));
  end();
}

function end(): void {
  process.kill(process.pid, "SIGKILL");
}

function tell(message: FromEngine): void {
  if (process.connected) process.send?.(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
