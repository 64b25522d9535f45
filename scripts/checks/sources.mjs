import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {{ path: string, text: string }} Source `path` is relative to the root
 */

/** Folders that no person wrote. */
const GENERATED = /(^|[\\/])(node_modules|dist|build|data|test-results|playwright-report)([\\/]|$)/;

/**
 * Every source file under a folder, in the order of their paths.
 *
 * @param {string} root
 * @param {string} folder
 * @param {RegExp} [pattern]
 * @returns {Promise<Source[]>}
 */
export async function sourcesIn(root, folder, pattern = /\.(ts|tsx|mts|js|mjs|cjs)$/) {
  const entries = await readdir(join(root, folder), { recursive: true }).catch(() => []);
  const paths = entries.filter((entry) => pattern.test(entry) && !GENERATED.test(entry)).sort();
  return Promise.all(
    paths.map(async (path) => ({ path: join(folder, path), text: await readFile(join(root, folder, path), "utf8") })),
  );
}

/**
 * Lines of a text with their numbers, from 1.
 *
 * @param {string} text
 */
export function numbered(text) {
  return text.split("\n").map((line, index) => ({ line, number: index + 1 }));
}
