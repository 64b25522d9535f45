import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { transform } from "@swc/core";
import { INTERNAL_NAMES } from "./scripts/lib/internal-names.mjs";

/** @param {string} relative */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const { version } = JSON.parse(readFileSync(path("packages/rum/package.json"), "utf8"));

/** Whose the file is, in one line. Nothing inside is by others. */
const BANNER = `/*! Sojourn ${version} | Apache-2.0 */`;

/**
 * Rewrites syntax newer than ES2020, and makes the first half of the way to a small file. Terser finds more in what it leaves
 * than either finds alone.
 *
 * @type {import("rollup").Plugin}
 */
const es2020 = {
  name: "es2020",
  renderChunk: (code) =>
    transform(code, {
      configFile: false,
      swcrc: false,
      isModule: false,
      sourceMaps: true,
      minify: true,
      jsc: {
        target: "es2020",
        // A field becomes an assignment; else it would bring a helper that defines properties.
        assumptions: { setPublicClassFields: true },
        minify: {
          compress: { passes: 5, toplevel: true },
          mangle: { toplevel: true },
          format: { comments: "some", asciiOnly: true },
        },
      },
    }),
};

/**
 * How a script for pages is made small. The benchmarks bundle its peers in the same way.
 *
 * @param {readonly string[]} shortened names of properties that may be called otherwise
 */
export const pageScript = (shortened) => [
  resolve({ browser: true }),
  es2020,
  terser({
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true },
    mangle: {
      // `builtins`: the names are chosen one by one, whatever else is called so in browsers.
      properties: shortened.length > 0 && { builtins: true, regex: new RegExp(`^(?:${shortened.join("|")})$`) },
    },
    // A page in another encoding reads the file in its own.
    format: { comments: /^! Sojourn/, ascii_only: true },
  }),
  // And so on: what terser leaves has a little more for the other to find.
  es2020,
];

export const PAGE_SCRIPT = pageScript(INTERNAL_NAMES);

/**
 * The file of the script tag. Its entry sets the global `sojourn` itself.
 *
 * @type {import("rollup").RollupOptions}
 */
const cdn = {
  input: path("packages/rum/dist/cdn.js"),
  output: {
    file: path("packages/rum/dist/sojourn.js"),
    format: "iife",
    sourcemap: true,
    // Developer tools show who called us, such as where an error was written on the console.
    sourcemapIgnoreList: () => true,
    banner: BANNER,
    generatedCode: "es2015",
  },
  plugins: PAGE_SCRIPT,
};

const { default: dashboard } = await import(new URL("packages/dashboard/rollup.config.mjs", import.meta.url).href);

export default [cdn, dashboard].flat();
