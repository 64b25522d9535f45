import { join } from "node:path";
import { run } from "../lib/run.mjs";

/** The packages, then what no package builds: tests, scripts, benchmarks. */
const PROJECTS = [["-b"], ["-p", "tsconfig.check.json"], ["-p", "scripts/tsconfig.json"]];

/** @param {string} root */
export async function checkTypes(root) {
  const problems = [];
  for (const args of PROJECTS) {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { code, output } = await run(process.execPath, [tsc, ...args, "--pretty", "false"], { cwd: root });
    if (code !== 0) problems.push(output.trim());
  }
  return problems;
}
