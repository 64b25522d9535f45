import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { apt, canInstall, isExecutable } from "./browser.mjs";

const DEBIAN = "/usr/lib/postgresql";

/**
 * Makes sure that the tests which need PostgreSQL can run: they start a server of their own from its programs. Root on
 * Debian installs them; elsewhere it is said that those tests are skipped.
 *
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void, folder?: string, install?: boolean }} options
 * @returns {Promise<boolean>} whether they are there
 */
export async function postgres({ env, say, folder = DEBIAN, install = true }) {
  if (await hasPrograms(folder, env)) return true;
  if (install && (await canInstall())) {
    say("Installing postgresql from Debian's packages …");
    await apt(["update"], env);
    await apt(["install", "-y", "--no-install-recommends", "postgresql"], env);
    if (await hasPrograms(folder, env)) return true;
  }
  say("No tests on PostgreSQL: it is not installed (Debian: apt-get install postgresql). They are skipped.");
  return false;
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function hasPrograms(folder, env) {
  const versions = await readdir(folder).catch(() => []);
  const folders = [...versions.map((version) => join(folder, version, "bin")), ...(env.PATH ?? "").split(":")];
  for (const place of folders.filter(Boolean)) {
    if ((await isExecutable(join(place, "initdb"))) && (await isExecutable(join(place, "postgres")))) return true;
  }
  return false;
}
