import { numbered, sourcesIn } from "./sources.mjs";

const FOLDERS = ["packages", "examples", "e2e", "bench", "scripts"];
// Put together here, so that this file does not find itself.
const BIOME = new RegExp(`biome-${"ignore"}(?:-all|-start|-end)?\\b(.*)`);
const TYPESCRIPT = new RegExp(`@ts-${"(ignore|nocheck|expect-error)"}\\b(.*)`);

/** @param {string} root */
export async function checkSuppressions(root) {
  const sources = await Promise.all(FOLDERS.map((folder) => sourcesIn(root, folder)));
  return sources
    .flat()
    .filter(({ path }) => !/suppressions(\.test)?\.mjs$/.test(path))
    .flatMap(suppressionProblems);
}

/** @param {import("./sources.mjs").Source} source */
export function suppressionProblems({ path, text }) {
  return numbered(text).flatMap(({ line, number }) => {
    const biome = BIOME.exec(line);
    // `<explanation>` is what an editor's quick fix leaves for a person to fill in.
    if (biome && !/:\s*(?!<)\S.{8,}/.test(biome[1] ?? ""))
      return [`${path}:${number}: a suppression without a reason: ${line.trim()}`];
    const [, directive, reason = ""] = TYPESCRIPT.exec(line) ?? [];
    if (directive === "ignore" || directive === "nocheck")
      return [`${path}:${number}: @ts-${directive} hides errors that nobody meant; use a type`];
    if (directive && !/\S.{8,}/.test(reason)) return [`${path}:${number}: @ts-${directive} without a reason`];
    return [];
  });
}
