import { checkContainers } from "./containers.mjs";
import { checkDirections } from "./directions.mjs";
import { checkLicences } from "./licences.mjs";
import { checkLint } from "./lint.mjs";
import { checkModuleState } from "./module-state.mjs";
import { checkSuppressions } from "./suppressions.mjs";
import { checkTypes } from "./types.mjs";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {(root: string) => Promise<string[]>} problems one text for each thing that is wrong, with its place
 */

/** @type {readonly Check[]} */
export const CHECKS = [
  { name: "lint and format", problems: checkLint },
  { name: "types", problems: checkTypes },
  { name: "licences", problems: checkLicences },
  { name: "directions between packages", problems: checkDirections },
  { name: "no state in modules", problems: checkModuleState },
  { name: "suppressions with a reason", problems: checkSuppressions },
  { name: "container files", problems: checkContainers },
];

/**
 * Runs every check, says how each went, and counts. A check that cannot run has failed.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 * @param {readonly Check[]} [checks]
 * @returns {Promise<import("../lib/tally.mjs").Tally>}
 */
export async function runChecks(root, say, checks = CHECKS) {
  let failed = 0;
  for (const { name, problems } of checks) {
    const found = await problems(root).catch((error) => [`could not run: ${error.message}`]);
    say(`${found.length === 0 ? "ok    " : "FAILED"} ${name}`);
    for (const problem of found) say(problem.replace(/^/gm, "       "));
    if (found.length > 0) failed += 1;
  }
  return { suite: "check", passed: checks.length - failed, failed };
}
