import { browser, furtherEngines } from "./browser.mjs";
import { build } from "./build.mjs";
import { databases } from "./databases.mjs";
import { install } from "./install.mjs";
import { explain } from "./main.mjs";
import { ROOT } from "./root.mjs";
import { hasFailed, summary, tallyLine } from "./tally.mjs";

/** A run takes a few minutes; one that takes longer than this hangs, and is ended and counted as failed. */
const LIMIT_MS = 20 * 60_000;

/**
 * `npm test`: installs and builds, then runs the checks, the unit tests and the tests in a real browser. The last line
 * is `N passed, N failed` over all of them, whatever happens before; the exit code is 1 when anything failed.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function test(env) {
  const began = performance.now();
  /** @type {import("./tally.mjs").Tally[]} */
  const tallies = [];
  try {
    const chromium = await browser({ env, say });
    const engines = ["chromium", ...(await furtherEngines({ env, say }))];
    await install(ROOT, { env, say });
    await databases({ env, say });
    await build(ROOT, { env, say });
    tallies.push(...(await suites({ ...env, CHROMIUM_BIN: chromium, SOJOURN_ENGINES: engines.join() })));
  } catch (error) {
    tallies.push({ suite: "setup", passed: 0, failed: 1, note: explain(error) });
  }
  say("");
  for (const tally of tallies) say(tallyLine(tally));
  say(`took ${Math.round((performance.now() - began) / 1000)} s`);
  if (hasFailed(tallies)) process.exitCode = 1;
  say(summary(tallies));
}

/** @param {NodeJS.ProcessEnv} env */
async function suites(env) {
  // Loaded late: these may need packages that were not there when this program started.
  const { runChecks } = await import("../checks/index.mjs");
  const { playwright, vitest } = await import("./suites.mjs");
  const signal = AbortSignal.timeout(LIMIT_MS);
  const options = { root: ROOT, env, signal };
  return [
    await runChecks(ROOT, say),
    await vitest(options),
    await playwright({ ...options, args: ["-c", "e2e/playwright.config.ts"] }),
  ];
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
