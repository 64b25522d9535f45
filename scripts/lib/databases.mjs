import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { apt, canInstall, isExecutable } from "./browser.mjs";

const DEBIAN = "/usr/lib/postgresql";

/**
 * @typedef {{ env: NodeJS.ProcessEnv, say: (line: string) => void, folder?: string, install?: boolean }} Options
 *
 * @typedef {object} Server of which tests start one of their own
 * @property {string} name
 * @property {string} debian name of its package
 * @property {readonly string[]} programs
 */

/** @type {Readonly<Record<"postgres" | "redis", Server>>} */
const SERVERS = {
  postgres: { name: "PostgreSQL", debian: "postgresql", programs: ["initdb", "postgres"] },
  redis: { name: "Redis", debian: "redis-server", programs: ["redis-server"] },
};

/**
 * Makes sure that the tests which need a database can run: they start servers of their own from its programs. Root on
 * Debian installs them; elsewhere it is said that those tests are skipped.
 *
 * @param {Options} options
 */
export async function databases(options) {
  for (const server of Object.values(SERVERS)) await database(server, options);
}

/**
 * @param {Server} server
 * @param {Options} options
 * @returns {Promise<boolean>} whether its programs are there
 */
async function database({ name, debian, programs }, { env, say, folder = DEBIAN, install = true }) {
  if (await hasPrograms(programs, folder, env)) return true;
  if (install && (await canInstall())) {
    say(`Installing ${debian} from Debian's packages …`);
    await apt(["update"], env);
    await apt(["install", "-y", "--no-install-recommends", debian], env);
    if (await hasPrograms(programs, folder, env)) return true;
  }
  say(`No tests on ${name}: it is not installed (Debian: apt-get install ${debian}). They are skipped.`);
  return false;
}

/** @param {Options} options */
export const postgres = (options) => database(SERVERS.postgres, options);
/** @param {Options} options */
export const redis = (options) => database(SERVERS.redis, options);

/**
 * @param {readonly string[]} programs that stand in one folder
 * @param {string} debian folder of PostgreSQL's versions
 * @param {NodeJS.ProcessEnv} env
 */
async function hasPrograms(programs, debian, env) {
  const versions = await readdir(debian).catch(() => []);
  const folders = [...versions.map((version) => join(debian, version, "bin")), ...(env.PATH ?? "").split(":")];
  for (const place of folders.filter(Boolean)) {
    const found = await Promise.all(programs.map((program) => isExecutable(join(place, program))));
    if (found.every(Boolean)) return true;
  }
  return false;
}
