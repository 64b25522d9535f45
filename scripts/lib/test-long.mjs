import { sourcesIn } from "../checks/sources.mjs";
import { browser } from "./browser.mjs";
import { build } from "./build.mjs";
import { databases } from "./databases.mjs";
import { install } from "./install.mjs";
import { ROOT } from "./root.mjs";
import { hasFailed, summary, tallyLine } from "./tally.mjs";

/**
 * `npm run test:long`: the tests that take too long for `npm test`. They are `packages/<name>/src/<file>.long.ts` for
 * vitest and `e2e/long/<file>.spec.ts`, with a configuration of its own beside them, for Playwright.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function testLong(env) {
  const long = await sourcesIn(ROOT, "packages", /\.long\.ts$/);
  const visits = await sourcesIn(ROOT, "e2e/long", /\.spec\.ts$/);
  if (long.length + visits.length === 0)
    return say("There are no long tests yet: nothing was run, nothing is shown by it.");

  const chromium = await browser({ env, say });
  await install(ROOT, { env, say });
  await databases({ env, say });
  await build(ROOT, { env, say });
  const { playwright, vitest } = await import("./suites.mjs");
  const options = { root: ROOT, env: { ...env, CHROMIUM_BIN: chromium } };
  /** @type {import("./tally.mjs").Tally[]} */
  const tallies = [];
  if (long.length > 0) tallies.push(await vitest({ ...options, args: ["--config", "scripts/vitest.long.config.mjs"] }));
  if (visits.length > 0) tallies.push(await playwright({ ...options, args: ["-c", "e2e/long/playwright.config.ts"] }));
  for (const tally of tallies) say(tallyLine(tally));
  if (hasFailed(tallies)) process.exitCode = 1;
  say(summary(tallies));
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
