import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.mjs";
import { playwrightTally, vitestTally } from "./tally.mjs";

/**
 * @typedef {object} SuiteOptions
 * @property {string} root
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} [signal] ends a suite that does not end by itself; it has then failed
 * @property {readonly string[]} [args] more arguments for the runner
 */

/**
 * Runs vitest in this terminal.
 *
 * @param {SuiteOptions} options
 */
export async function vitest({ root, env, signal, args = [] }) {
  return withReport(async (report) => {
    const command = [
      "vitest/vitest.mjs",
      "run",
      "--allowOnly=false",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ];
    const code = await node(root, command, env, signal);
    return vitestTally(await readJson(report), code);
  });
}

/**
 * Runs Playwright in this terminal.
 *
 * @param {SuiteOptions} options
 */
export async function playwright({ root, env, signal, args = [] }) {
  return withReport(async (report) => {
    const command = [
      "@playwright/test/cli.js",
      "test",
      "--forbid-only",
      "--retries=0",
      "--reporter=list,json",
      ...args,
    ];
    const code = await node(root, command, { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report }, signal);
    return playwrightTally(await readJson(report), code);
  });
}

/**
 * @param {string} root
 * @param {string[]} command program under node_modules and its arguments
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 */
async function node(root, [program = "", ...args], env, signal) {
  const { code } = await run(process.execPath, [join(root, "node_modules", program), ...args], {
    cwd: root,
    env,
    show: true,
    signal,
  });
  return code;
}

/**
 * Lends a path for a report, which is gone afterwards.
 *
 * @template T
 * @param {(path: string) => Promise<T>} use
 */
async function withReport(use) {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-report-"));
  try {
    return await use(join(folder, "report.json"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} path
 * @returns {Promise<unknown>}
 */
async function readJson(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
