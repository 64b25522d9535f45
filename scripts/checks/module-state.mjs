import { join } from "node:path";
import { numbered, sourcesIn } from "./sources.mjs";

/** What runs in a page: two instances must be able to live side by side there. */
const PACKAGES = ["core", "session", "rum"];
/** Formatted code has the statements of a module at the start of a line. */
const VARIABLE = /^(?:export )?(?:let|var)\b/;
const EMPTY_CONTAINER =
  /^(?:export )?const \w+(?:: [^=]+)? = (?:\[\]|\{\}|new (?:Map|Set|WeakMap|WeakSet)(?:<.*>)?\(\));?$/;

/** @param {string} root */
export async function checkModuleState(root) {
  const sources = await Promise.all(PACKAGES.map((name) => sourcesIn(root, join("packages", name, "src"))));
  return sources
    .flat()
    .filter(({ path }) => !/\.test\.tsx?$/.test(path))
    .flatMap(moduleStateProblems);
}

/** @param {import("./sources.mjs").Source} source */
export function moduleStateProblems({ path, text }) {
  return numbered(text)
    .filter(({ line }) => VARIABLE.test(line) || EMPTY_CONTAINER.test(line))
    .map(({ line, number }) => `${path}:${number}: state of a module, which every instance would share: ${line}`);
}
