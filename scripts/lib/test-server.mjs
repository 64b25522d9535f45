import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { ROOT } from "./root.mjs";

/**
 * `npm run test:server [-- <file> …]`: the collector's tests on a ClickHouse server. `CLICKHOUSE_URL` names it, such as
 * `http://user:password@127.0.0.1:8123`; the user has to be allowed to make databases. Without it the embedded engine is
 * served on a port, which shows at least that the tests can run on something that is not theirs.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} files
 */
export async function testServer(env, files) {
  await install(ROOT, { env, say });
  await build(ROOT, { env, say });
  const engine = env.CLICKHOUSE_URL ? undefined : await serveEngine();
  const url = env.CLICKHOUSE_URL ?? engine?.url;
  try {
    say(engine ? "The embedded engine is the server." : "CLICKHOUSE_URL is the server.");
    const args = ["vitest", "run", ...(files.length > 0 ? files : ["packages/collector"])];
    const tests = spawn("npx", args, { cwd: ROOT, stdio: "inherit", env: { ...env, CLICKHOUSE_URL: url } });
    const [code] = await once(tests, "exit");
    process.exitCode = code ?? 1;
  } finally {
    engine?.stop();
  }
}

async function serveEngine() {
  const child = spawn(process.execPath, [fileURLToPath(new URL("engine-server.mjs", import.meta.url))], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Each connection waits for its statement in a thread of its own.
    env: { ...process.env, UV_THREADPOOL_SIZE: "32" },
  });
  const [url] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the engine ended at start (${code})`))),
  ]);
  return { url: String(url), stop: () => child.kill("SIGKILL") };
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
