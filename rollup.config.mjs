import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";

/** @param {string} relative */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const { version } = JSON.parse(readFileSync(path("packages/rum/package.json"), "utf8"));

/** Notices that the licences of what is inside ask for, in one line. */
const BANNER = `/*! Sojourn ${version} | Apache-2.0 | contains web-vitals (c) Google LLC, Apache-2.0, and js-cookie (c) its authors, MIT */`;

/**
 * The file of the script tag. Its entry sets the global `sojourn` itself.
 *
 * @type {import("rollup").RollupOptions & { input: string }}
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
  plugins: [
    resolve({ browser: true }),
    terser({
      ecma: 2020,
      toplevel: true,
      compress: { passes: 3 },
      format: { comments: /^! Sojourn/ },
    }),
  ],
};

const DASHBOARD = path("packages/dashboard/rollup.config.mjs");
const dashboard = existsSync(DASHBOARD) ? [(await import(DASHBOARD)).default].flat() : [];

export default [...(existsSync(cdn.input) ? [cdn] : []), ...dashboard];
