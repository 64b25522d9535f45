import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { ROOT } from "./root.mjs";

/**
 * `npm run chat`: installs, builds, then runs the example of a chat server whose connections are monitored.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function chat(env) {
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
  await install(ROOT, { env, say });
  await build(ROOT, { env, say });
  await import(pathToFileURL(join(ROOT, "examples/chat/main.mjs")).href);
}
