import { runChecks } from "../checks/index.mjs";
import { install } from "./install.mjs";
import { ROOT } from "./root.mjs";
import { tallyLine } from "./tally.mjs";

/**
 * `npm run check`: everything that can be told without running the product.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function check(env) {
  await install(ROOT, { env, say });
  const tally = await runChecks(ROOT, say);
  say(tallyLine(tally));
  if (tally.failed > 0) process.exitCode = 1;
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
