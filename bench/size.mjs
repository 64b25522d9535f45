import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, bundleOf, sizes } from "./lib/bundle.mjs";
import { kilobytes, ratio, table } from "./lib/table.mjs";

/** gzip bytes of the CDN file: what is aimed at, and what the tests refuse to exceed. */
export const SIZE_GOAL = 18 * 1024;
export const SIZE_GATE = 25 * 1024;

/** The same of sessions, views, errors and delivery alone. */
export const CORE_GOAL = 11 * 1024;
export const CORE_GATE = 15.25 * 1024;

/** What `@sojourn/rum/modular` can leave out. */
const SIGNALS = [
  "people",
  "errors",
  "actions",
  "resources",
  "tracing",
  "vitals",
  "longTasks",
  "loadingTime",
  "presence",
  "scroll",
  "marks",
  "overhead",
];

/**
 * What a page loads: the CDN file, beside web-vitals bundled in the same way.
 *
 * @param {string} root
 * @returns {Promise<string>} a report
 */
export async function size(root) {
  const ours = sizes(await readFile(join(root, "packages/rum/dist/sojourn.js")));
  const peer = sizes(await bundle(join(root, "bench/peers/web-vitals.mjs")));
  const row = (/** @type {string} */ name, /** @type {ReturnType<typeof sizes>} */ of) => [
    name,
    kilobytes(of.min),
    kilobytes(of.gzip),
    kilobytes(of.brotli),
    ratio(of.gzip, peer.gzip),
  ];
  return `## Size, KB

${table(["", "minified", "gzip", "brotli", "gzip, ratio"], [row("Sojourn (sojourn.js)", ours), row("web-vitals alone (attribution)", peer)])}

${verdict(ours.gzip, SIZE_GOAL, SIZE_GATE)}

${await signals()}`;
}

/** What each signal costs: beside sessions, views and delivery alone, and as the last one that is added to all others. */
async function signals() {
  const gzip = async (/** @type {readonly string[]} */ features) => sizes(await bundleOf(features)).gzip;
  const least = await gzip([]);
  const all = await gzip(SIGNALS);
  const rows = [["sessions, views, delivery", least, ""]];
  for (const name of SIGNALS) {
    rows.push([
      `+ ${name}`,
      (await gzip([name])) - least,
      all - (await gzip(SIGNALS.filter((other) => other !== name))),
    ]);
  }
  const core = await gzip(["errors"]);
  return `${table(["gzip bytes", "alone", "as the last"], rows)}

Sessions, views, errors and delivery: ${core} bytes. ${verdict(core, CORE_GOAL, CORE_GATE)}`;
}

/**
 * @param {number} gzip
 * @param {number} goal
 * @param {number} gate
 */
function verdict(gzip, goal, gate) {
  const where = gzip <= goal ? "the goal is reached" : `${gzip - goal} bytes above the goal`;
  return `Goal ${goal} bytes gzip, gate ${gate}: ${where}, ${gzip <= gate ? "under" : "ABOVE"} the gate.`;
}
