import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { ROOT } from "./root.mjs";

/**
 * Installs, builds, then runs one of the examples.
 *
 * @param {"chat" | "devices"} name of its folder
 * @param {NodeJS.ProcessEnv} env
 */
export async function example(name, env) {
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
  await install(ROOT, { env, say });
  await build(ROOT, { env, say });
  await import(pathToFileURL(join(ROOT, "examples", name, "main.mjs")).href);
}
