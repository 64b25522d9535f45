import { run } from "./run.mjs";

/** Failures of the network, as npm names them. */
const NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/**
 * How to start npm: the one that runs us, else the one on the path.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {[program: string, ...args: string[]]}
 */
export function npmCommand(env) {
  const running = env.npm_execpath;
  if (running && /npm-cli\.[cm]?js$/.test(running)) return [process.execPath, running];
  return ["npm"];
}

/**
 * Runs npm without a word when it succeeds; throws one line that says what failed.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
export async function npm(args, { cwd, env }) {
  const [program, ...before] = npmCommand(env);
  const { code, output } = await run(program, [...before, ...args], { cwd, env }).catch((error) => {
    if (error.code === "ENOENT")
      throw new Error("npm was not found on the PATH; it comes with Node.js (https://nodejs.org)");
    throw error;
  });
  if (code !== 0) throw new Error(explainNpm(args[0] ?? "", output));
}

/**
 * @param {string} command such as `ci`
 * @param {string} output what npm wrote
 */
export function explainNpm(command, output) {
  const network = NETWORK.exec(output);
  if (network)
    return `npm ${command} could not reach the package registry (${network[1]}): check the network or the proxy, then try again`;
  const reason = output
    .split("\n")
    .filter((line) => line.startsWith("npm error "))
    .map((line) => line.slice("npm error ".length).trim())
    .find((line) => line && !line.startsWith("code "));
  return `npm ${command} failed: ${reason ?? "it gave no reason; run it by hand to see more"}`;
}
