import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { transform } from "esbuild";

/** @param {string} relative */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const { version } = JSON.parse(readFileSync(path("packages/rum/package.json"), "utf8"));

/** Notices that the licences of what is inside ask for, in one line. */
const BANNER = `/*! Sojourn ${version} | Apache-2.0 | contains web-vitals (c) Google LLC, Apache-2.0 */`;

/**
 * Rewrites syntax newer than ES2020. TypeScript keeps our own code to it; web-vitals has class fields.
 *
 * @type {import("rollup").Plugin}
 */
const es2020 = {
  name: "es2020",
  renderChunk: (code) =>
    transform(code, {
      target: "es2020",
      sourcemap: true,
      // As TypeScript a field becomes an assignment; as JavaScript it would bring a helper that defines properties.
      loader: "ts",
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    }),
};

/** How a script for pages is made small. The benchmarks bundle its peers in the same way. */
export const PAGE_SCRIPT = [
  resolve({ browser: true }),
  es2020,
  terser({
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3 },
    // A page in another encoding reads the file in its own.
    format: { comments: /^! Sojourn/, ascii_only: true },
  }),
];

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
    banner: BANNER,
    generatedCode: "es2015",
  },
  plugins: PAGE_SCRIPT,
};

const { default: dashboard } = await import(new URL("packages/dashboard/rollup.config.mjs", import.meta.url).href);

export default [cdn, dashboard].flat();
