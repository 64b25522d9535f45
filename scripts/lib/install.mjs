import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { npm } from "./npm.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean, resolved?: string }} Locked
 * @typedef {{ packages?: Record<string, Locked> }} Lockfile
 */

/** npm waits 70 s by itself before it believes that there is no network; nobody watching does. */
const PATIENCE = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000"];

/**
 * Installs exactly what package-lock.json says, unless it is there already.
 *
 * @param {string} root the repository
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void }} options
 * @returns {Promise<boolean>} whether anything had to be installed
 */
export async function install(root, { env, say }) {
  const wanted = await readLock(join(root, "package-lock.json"));
  if (!wanted) throw new Error(`no package-lock.json in ${root}: this is not a complete clone`);
  const present = await readLock(join(root, "node_modules", ".package-lock.json"));
  if (present && isInstalled(wanted, present)) return false;
  say("Installing packages with npm ci …");
  // Said outright, since NODE_ENV=production or a user's `omit` would leave out what the build needs.
  await npm(["ci", "--include=dev", "--include=optional", ...PATIENCE], { cwd: root, env });
  return true;
}

/**
 * True when npm's record of node_modules holds what the lockfile wants and nothing else. Optional packages
 * may be missing: most of them are for other machines.
 *
 * @param {Lockfile} wanted
 * @param {Lockfile} present
 */
export function isInstalled(wanted, present) {
  const want = wanted.packages ?? {};
  const have = present.packages ?? {};
  const complete = Object.entries(want).every(
    ([path, entry]) => !path.includes("node_modules/") || entry.optional || path in have,
  );
  return complete && Object.entries(have).every(([path, entry]) => path in want && same(want[path], entry));
}

/**
 * @param {Locked | undefined} a
 * @param {Locked} b
 */
function same(a, b) {
  return a?.version === b.version && a?.integrity === b.integrity && a?.link === b.link;
}

/**
 * @param {string} path
 * @returns {Promise<Lockfile | undefined>} undefined when there is none, or none that can be read
 */
async function readLock(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
