import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { START_USAGE, startOptions } from "./options.mjs";
import { checkFolder, checkPort } from "./preflight.mjs";
import { ROOT } from "./root.mjs";
import { stopSignal } from "./stop-signal.mjs";

/**
 * `npm start`: installs, builds, then runs the collector with its embedded store, the demo shop and the dashboard
 * until a signal asks it to stop.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export async function start(args, env) {
  const options = startOptions(args, env);
  if (options === "help") return say(START_USAGE);
  const data = resolve(options.data);
  // What can be refused at once is refused before the minutes of an installation.
  await checkPort(options.port);
  await checkFolder(data);
  await install(ROOT, { env, say });
  await build(ROOT, { env, say });

  const { lineLog, parseConfig, startCollector } = await load("packages/collector/dist/index.js");
  const { createShop } = await load("examples/shop/server.mjs");
  const stopped = stopSignal({ underNpm: env.npm_lifecycle_event !== undefined });
  const collector = await startCollector(parseConfig(demoConfig(options.port, data)), {
    fallback: createShop(),
    log: lineLog(
      () => {},
      (/** @type {string} */ line) => void process.stderr.write(line),
    ),
  });
  say(banner(options.port, data));
  await stopped;
  await collector.stop();
}

/**
 * @param {number} port
 * @param {string} data
 */
export function demoConfig(port, data) {
  const origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  return {
    port,
    host: "127.0.0.1",
    data,
    openReads: true,
    applications: [{ id: "shop", clientToken: "pub-demo-shop", origins }],
  };
}

/**
 * @param {number} port
 * @param {string} data
 */
function banner(port, data) {
  return `
  Demo shop   http://localhost:${port}/
  Dashboard   http://localhost:${port}/dashboard/

Sessions are kept in ${data}. Ctrl-C stops.`;
}

/** @param {string} path */
function load(path) {
  return import(pathToFileURL(join(ROOT, path)).href);
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
