import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Folders of the packages, relative to the root, as its package.json lists them.
 *
 * @param {string} root
 * @returns {Promise<string[]>} such as `packages/core`
 */
export async function workspaces(root) {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return manifest.workspaces;
}
