import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.mjs";
import { workspaces } from "./workspaces.mjs";

/** What a build is made from, beside the folders `src` and `migrations` of every package. */
const CONFIGURATION = ["package-lock.json", "rollup.config.mjs", "tsconfig.base.json", "tsconfig.json"];
const PACKAGE_CONFIGURATION = ["package.json", "rollup.config.mjs", "tsconfig.json"];
/** What a build leaves behind; one of these missing means that it must be made again. */
const PRODUCTS = [
  "packages/collector/dist/index.js",
  "packages/dashboard/dist/index.html",
  "packages/rum/dist/index.js",
  "packages/rum/dist/sojourn.js",
];
const TEST = /\.test\.tsx?$/;

/**
 * Builds every package, unless the sources are the ones of the last build.
 *
 * @param {string} root the repository
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void }} options
 * @returns {Promise<boolean>} whether anything had to be built
 */
export async function build(root, { env, say }) {
  const stamp = join(root, ".build-stamp");
  const sources = await fingerprint(root);
  const built = await readFile(stamp, "utf8").catch(() => "");
  if (built === sources && PRODUCTS.every((path) => existsSync(join(root, path)))) return false;
  say("Building …");
  // An interrupted build must not count as done.
  await rm(stamp, { force: true });
  await step(root, env, "typescript/bin/tsc", ["-b"]);
  await step(root, env, "rollup/dist/bin/rollup", ["-c", "--silent"]);
  await writeFile(stamp, sources);
  return true;
}

/**
 * A hash over the content of everything a build depends on, tests left out.
 *
 * @param {string} root
 */
export async function fingerprint(root) {
  const hash = createHash("sha256").update(process.version);
  for (const path of await sources(root)) {
    const content = await readFile(join(root, path)).catch(() => undefined);
    if (content) hash.update(`\n${path} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** @param {string} root */
async function sources(root) {
  const packages = await workspaces(root);
  const folders = packages.flatMap((path) => [`${path}/src`, `${path}/migrations`]);
  const files = packages.flatMap((path) => PACKAGE_CONFIGURATION.map((file) => `${path}/${file}`));
  const found = await Promise.all(folders.map((folder) => filesIn(root, folder)));
  return [...CONFIGURATION, ...files, ...found.flat()].sort();
}

/**
 * Paths of what lies under a folder, relative to the root. Folders are among them: reading one fails, and it is
 * skipped there (`Dirent` tells its parent's path in newer releases of Node only).
 *
 * @param {string} root
 * @param {string} folder
 */
async function filesIn(root, folder) {
  const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
  return names.filter((name) => !TEST.test(name)).map((name) => join(folder, name));
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {string} program path under node_modules
 * @param {string[]} args
 */
async function step(root, env, program, args) {
  const name = `${program.split("/")[0]} ${args.join(" ")}`;
  const { code, output } = await run(process.execPath, [join(root, "node_modules", program), ...args], {
    cwd: root,
    env,
  });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Error(`the build failed at "${name}"; what it said is above`);
}
