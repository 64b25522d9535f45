import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, sizes } from "./lib/bundle.mjs";
import { kilobytes, ratio, table } from "./lib/table.mjs";

/** gzip bytes of the CDN file: what is aimed at, and what the tests refuse to exceed. */
export const SIZE_GOAL = 18_000;
export const SIZE_GATE = 22_000;

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

Goal ${kilobytes(SIZE_GOAL)} gzip, gate ${kilobytes(SIZE_GATE)}: ${verdict(ours.gzip)}.`;
}

/** @param {number} gzip */
function verdict(gzip) {
  if (gzip <= SIZE_GOAL) return "the goal is reached";
  return gzip <= SIZE_GATE ? "under the gate, above the goal" : "above the gate";
}
