import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { workspaces } from "../lib/workspaces.mjs";

/**
 * Licences that permit commercial use without opening what uses them. What is not named here is refused, so that
 * a new one is read by a person first.
 */
const PERMITTED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense",
  "Zlib",
]);

/**
 * @typedef {{ version?: string, license?: string, dev?: boolean, link?: boolean }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lockfile
 */

/** @param {string} root */
export async function checkLicences(root) {
  /** @type {Lockfile} */
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  return licenceProblems(lock, await bundled(root));
}

/**
 * @param {Lockfile} lock
 * @param {ReadonlySet<string>} bundled names of development packages that end up in a built file
 */
export function licenceProblems(lock, bundled) {
  const problems = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.split("node_modules/").pop() ?? "";
    if (!path.includes("node_modules/") || entry.link) continue;
    // Its second major version changed to AGPL-3.0; some releases do not say so in their package.json.
    if (name === "ua-parser-js" && !entry.version?.startsWith("1.")) {
      problems.push(
        `${path}@${entry.version}: from version 2 on, ua-parser-js is licensed under AGPL-3.0; stay with 1.x`,
      );
    } else if ((!entry.dev || bundled.has(name)) && !isPermitted(entry.license)) {
      problems.push(
        `${path}@${entry.version}: licence ${entry.license ?? "unknown"} is not on the list of scripts/checks/licences.mjs`,
      );
    }
  }
  return problems;
}

/**
 * Whether an SPDX expression gives a choice that is permitted.
 *
 * @param {string | undefined} expression such as `(MIT OR Apache-2.0)`
 */
export function isPermitted(expression) {
  if (!expression) return false;
  const flat = expression.replace(/^\((.*)\)$/, "$1");
  // A nested expression is for a person to read.
  if (/[()]/.test(flat)) return false;
  return flat.split(" OR ").some((choice) => choice.split(" AND ").every((licence) => PERMITTED.has(licence.trim())));
}

/**
 * The development dependencies of the packages: what a bundler copies into a file that ships. Types never are.
 *
 * @param {string} root
 */
async function bundled(root) {
  const names = new Set();
  for (const folder of await workspaces(root)) {
    const { devDependencies = {} } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    for (const name of Object.keys(devDependencies)) if (!name.startsWith("@types/")) names.add(name);
  }
  return names;
}
