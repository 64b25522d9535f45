import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../lib/logger.js";
import type { FromEngine, ToEngine } from "./protocol.js";

/** The embedded engine as the store's client sees it. */
export interface Engine {
  /** What the client is told; the agent decides where it really connects. */
  url: string;
  agent: Agent;
  password: string;
  /** Process id of the engine, undefined while it is being started again. */
  readonly pid: number | undefined;
  /** Ends the process, after running queries. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 10_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** A process that ran this long was well; its end starts the delays anew. */
const WELL_MS = 60_000;
/** Longest path of a Unix socket on the platforms that have the engine (104 on macOS), with its end mark. */
const MAX_SOCKET_PATH = 100;

/**
 * Starts ClickHouse's engine in a process of its own and keeps it running: when the process ends by itself it is
 * started again, with growing delays. It answers on a Unix socket, so that an address never changes over restarts and
 * only this user can connect.
 *
 * @throws Error when the first start fails, saying what to do.
 */
export async function startEngine(options: {
  directory: string;
  database: string;
  log: Log;
  /** A configuration of ClickHouse's own, as XML. Default: the engine's defaults. */
  configFile?: string | undefined;
  /** Hears that it ended by itself. */
  restarted?: (() => void) | undefined;
}): Promise<Engine> {
  const { directory, database, log, restarted, configFile } = options;
  const secret = randomBytes(24).toString("base64url");
  const socket = socketPath(directory);
  const start: ToEngine = {
    type: "start",
    directory: resolve(directory),
    socket: socket.path,
    secret,
    database,
    ...(configFile && { configFile }),
  };
  let child: ChildProcess | undefined;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let delay = FIRST_DELAY_MS;

  async function run(): Promise<void> {
    const startedAt = performance.now();
    const started = await launch(start, log);
    child = started;
    if (stopping) {
      await end(started);
      return;
    }
    started.once("exit", (code, signal) => {
      child = undefined;
      if (stopping) return;
      log.error("engine ended, starting it again", { code: signal ?? code ?? "unknown" });
      restarted?.();
      if (performance.now() - startedAt > WELL_MS) delay = FIRST_DELAY_MS;
      again();
    });
  }

  function again(): void {
    timer = setTimeout(() => {
      void run().catch((error: unknown) => {
        log.error("engine did not start", { error });
        if (!stopping) again();
      });
    }, delay);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  }

  try {
    await run();
  } catch (error) {
    socket.remove();
    throw error;
  }

  return {
    url: "http://engine",
    agent: Object.assign(new Agent({ keepAlive: false, maxSockets: 32 }), {
      createConnection: () => connect(socket.path),
    }),
    password: secret,
    get pid() {
      return child?.pid;
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child) await end(child);
      socket.remove();
    },
  };
}

async function launch(start: ToEngine, log: Log): Promise<ChildProcess> {
  // From src in tests and from dist otherwise; the engine itself is always the built file.
  const file = fileURLToPath(new URL("../../dist/engine/main.js", import.meta.url));
  // Each connection waits for its statement in a thread of its own; four are the default.
  const env = { ...process.env, UV_THREADPOOL_SIZE: "16" };
  const child = fork(file, [], { execArgv: [], env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream
      ?.setEncoding("utf8")
      .on("data", (text: string) => log.warn("engine", { says: text.trim().split("\n", 1)[0]?.slice(0, 300) }));
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The embedded engine did not start within a minute.")), START_MS);
      const settle = (error?: Error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      child.once("error", settle);
      child.once("exit", (code, signal) =>
        settle(new Error(`The embedded engine ended at start (${signal ?? code}).`)),
      );
      child.on("message", (message: FromEngine) =>
        settle(message.type === "failed" ? new Error(message.message) : undefined),
      );
      child.send(start);
    });
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return child;
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.send({ type: "stop" } satisfies ToEngine);
    else child.kill("SIGKILL");
  });
}

function socketPath(directory: string): { path: string; remove(): void } {
  const own = resolve(directory, "engine.sock");
  if (Buffer.byteLength(own) < MAX_SOCKET_PATH) return { path: own, remove: () => rmSync(own, { force: true }) };
  const short = mkdtempSync(join(tmpdir(), "sojourn-"));
  return { path: join(short, "s"), remove: () => rmSync(short, { recursive: true, force: true }) };
}
