import { join } from "node:path";
import { run } from "../lib/run.mjs";

/** @param {string} root */
export async function checkLint(root) {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { code, output } = await run(process.execPath, [biome, "check", "--error-on-warnings", "."], { cwd: root });
  return code === 0 ? [] : [output.trim()];
}
