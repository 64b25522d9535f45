import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./port.mjs";
import { ROOT } from "./root.mjs";
import { run } from "./run.mjs";

/** A first start installs and builds; a second one does neither. */
const FIRST_START_MS = 5 * 60_000;
const SECOND_START_MS = 30_000;
const STOP_MS = 15_000;
const TEST_MS = 20 * 60_000;
/** What a person looks at, and what each must hold. */
const PAGES = [
  ["/healthz", "ok"],
  ["/", "<html"],
  ["/dashboard/", "<html"],
];

/**
 * `npm run fresh-clone`: clones the committed state into a temporary folder and does there what a stranger would: the
 * two commands, with a look at every page. Says what it saw; throws at the first thing that is not as promised.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function freshClone(env) {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-clone-"));
  try {
    const clone = join(folder, "sojourn");
    await git(["clone", "--quiet", "--no-hardlinks", ROOT, clone]);
    const clean = cleanEnvironment(env);
    say(`first npm start:  ready after ${await startOnce(clone, clean, FIRST_START_MS)}`);
    say(`second npm start: ready after ${await startOnce(clone, clean, SECOND_START_MS)}`);
    await expectUntouched(clone);
    say("npm test:");
    const { code } = await run("npm", ["test"], {
      cwd: clone,
      env: clean,
      show: true,
      signal: AbortSignal.timeout(TEST_MS),
    });
    if (code !== 0) throw new Error(`npm test failed in the fresh clone (exit code ${code})`);
    await expectUntouched(clone);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Starts, looks at every page, stops.
 *
 * @param {string} clone
 * @param {NodeJS.ProcessEnv} env
 * @param {number} limit ms
 * @returns {Promise<string>} seconds until it was ready
 */
async function startOnce(clone, env, limit) {
  const port = await freePort();
  const began = performance.now();
  // A group of its own, so that nothing is left running when a step here fails.
  const child = spawn("npm", ["start", "--", "--port", String(port)], {
    cwd: clone,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  // `close` comes when the last process that holds the output is gone, npm's grandchildren included.
  const ended = new Promise((resolve) => child.once("close", resolve));
  const killer = setTimeout(() => killGroup(child), limit);
  try {
    await untilPrinted(child.stdout, `http://localhost:${port}/dashboard/`);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    for (const [path = "", text = ""] of PAGES) await expectPage(`http://localhost:${port}${path}`, text);
    child.kill("SIGTERM");
    await withLimit(ended, STOP_MS, `npm start did not stop within ${STOP_MS / 1000} s of a SIGTERM`);
    return `${seconds} s`;
  } finally {
    clearTimeout(killer);
    killGroup(child);
  }
}

/** @param {import("node:child_process").ChildProcess} child */
function killGroup({ pid }) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}

/**
 * @param {import("node:stream").Readable} stream
 * @param {string} text
 */
async function untilPrinted(stream, text) {
  for await (const line of createInterface({ input: stream })) {
    if (line.includes(text)) {
      stream.resume();
      return;
    }
  }
  throw new Error("npm start ended, or took too long, before it was ready");
}

/**
 * @param {string} url
 * @param {string} text
 */
async function expectPage(url, text) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const body = await answer.text();
  if (!answer.ok || !body.includes(text)) throw new Error(`${url} answered ${answer.status}, without "${text}"`);
  say(`  ${url} answers ${answer.status}, ${body.length} characters`);
}

/** What the two commands leave behind must be ignored by git. @param {string} clone */
async function expectUntouched(clone) {
  const changes = await git(["-C", clone, "status", "--porcelain"]);
  if (changes) throw new Error(`the clone has changes that git sees: ${changes.replaceAll("\n", ", ")}`);
}

/** @param {string[]} args */
async function git(args) {
  const { code, output } = await run("git", args);
  if (code !== 0) throw new Error(`git ${args.join(" ")} failed: ${output.trim()}`);
  return output.trim();
}

/**
 * Without what the npm that runs this script tells its children about this repository.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function cleanEnvironment(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^(npm_(package|lifecycle|execpath|node_execpath|command|config_local_prefix)|INIT_CWD$|PORT$)/.test(name),
    ),
  );
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} message
 */
async function withLimit(promise, ms, message) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
