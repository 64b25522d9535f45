import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sourcesIn } from "./sources.mjs";

/**
 * Which package may know which: an edge that is not here makes a circle possible, or puts server code into a page.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const MAY_USE = {
  core: [],
  "client-info": [],
  "collector-client": [],
  session: ["core"],
  rum: ["core", "session"],
  dashboard: ["core"],
  "session-monitor": ["client-info", "collector-client", "test-servers"],
  "session-registry": ["client-info", "collector-client", "test-servers"],
  "test-servers": [],
  collector: ["core", "client-info", "dashboard", "rum"],
};

/** A statement starts its line in formatted code; the same words in the middle of one are a text. */
const STATEMENT = /^(?:import|export)\s(?:[^"';]*\bfrom\s)?\s*["']([^"']+)["']/gm;
const CALL = /\b(?:import|require|import\.meta\.resolve)\(\s*["']([^"']+)["']/g;

/** @param {string} root */
export async function checkDirections(root) {
  const problems = [];
  for (const name of Object.keys(MAY_USE)) {
    problems.push(...manifestProblems(name, await readFile(join(root, "packages", name, "package.json"), "utf8")));
    for (const source of await sourcesIn(root, join("packages", name, "src"))) {
      problems.push(...importProblems(name, source));
    }
  }
  return problems;
}

/**
 * @param {string} name of the package's folder
 * @param {string} manifest text of its package.json
 */
export function manifestProblems(name, manifest) {
  const {
    dependencies = {},
    devDependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
  } = JSON.parse(manifest);
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies })
    .filter((dependency) => isRefused(name, dependency))
    .map((dependency) => `packages/${name}/package.json: ${name} must not depend on ${dependency}`);
}

/**
 * @param {string} name of the package's folder
 * @param {import("./sources.mjs").Source} source
 */
export function importProblems(name, { path, text }) {
  const depth = path.split(/[\\/]/).length - "packages/name/src/file".split("/").length;
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].flatMap(([, specifier = ""]) => {
    if (isRefused(name, specifier)) return [`${path}: ${name} must not import ${specifier}`];
    // More steps up than there are folders below `src` leave the sources; another package is reached by its name.
    const up = specifier.split("/").filter((part) => part === "..").length;
    return up > depth ? [`${path}: ${specifier} leaves the sources of ${name}`] : [];
  });
}

/**
 * @param {string} name
 * @param {string} specifier
 */
function isRefused(name, specifier) {
  const used = /^@sojourn\/([^/]+)/.exec(specifier)?.[1];
  return used !== undefined && used !== name && !MAY_USE[name]?.includes(used);
}
