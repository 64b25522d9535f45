import { spawn } from "node:child_process";

/**
 * @typedef {object} Finished
 * @property {number} code exit code; 1 when a signal ended the program
 * @property {string} output what it wrote, stdout and stderr together, the last 64 KiB; empty when `show` is true
 */

/** Enough to find the reason of a failure; a program that never stops writing costs no memory. */
const KEPT = 64 * 1024;

/**
 * Runs a program to its end. Rejects when it cannot be started (`error.code` is then `ENOENT`, `EACCES`, …).
 * When `signal` aborts, the program gets a SIGTERM and the code is 1.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, signal?: AbortSignal }} [options] `show` hands this terminal to the
 *   program instead of keeping what it writes
 * @returns {Promise<Finished>}
 */
export function run(program, args, { cwd, env = process.env, show = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    /** @param {string} text */
    const keep = (text) => {
      output = (output + text).slice(-KEPT);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    const stop = () => child.kill();
    signal?.addEventListener("abort", stop, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      signal?.removeEventListener("abort", stop);
      resolve({ code: code ?? 1, output });
    });
  });
}
