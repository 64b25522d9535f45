import { parseArgs } from "node:util";

/**
 * @typedef {object} StartOptions
 * @property {number} port
 * @property {string} data folder of the store, relative to the working directory
 */

export const START_USAGE = `npm start -- [--port <number>] [--data <folder>]

Installs and builds what is missing, then runs the collector, the demo shop and the dashboard.

  --port <number>   port on 127.0.0.1; default 8650, or PORT in the environment
  --data <folder>   where sessions are kept; default ./data
  --help            this text`;

/**
 * Options of `npm start`: flags before environment before defaults.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {StartOptions | "help"}
 */
export function startOptions(args, env) {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: "string" }, data: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return "help";
  return { port: readPort(values.port, env.PORT), data: readFolder(values.data) };
}

/**
 * @param {string | undefined} flag
 * @param {string | undefined} variable
 */
function readPort(flag, variable) {
  const [name, text] = flag !== undefined ? ["--port", flag] : ["PORT", variable || "8650"];
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Error(`${name} is "${text}"; it takes a whole number from 1 to 65535`);
  return port;
}

/** @param {string | undefined} flag */
function readFolder(flag) {
  if (flag === "") throw new Error(`--data is empty; it takes a folder, such as ./data`);
  return flag ?? "data";
}
