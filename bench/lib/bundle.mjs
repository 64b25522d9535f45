import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { rollup } from "rollup";
import { PAGE_SCRIPT } from "../../rollup.config.mjs";

/**
 * Bundles an entry as the product's own file is bundled, so that sizes compare.
 *
 * @param {string} entry absolute path
 * @returns {Promise<string>} the minified text
 */
export const bundle = (entry) => build(entry, PAGE_SCRIPT);

const MODULAR = fileURLToPath(new URL("../../packages/rum/dist/modular.js", import.meta.url));

/**
 * Bundles an SDK of sessions, views, delivery and these features alone, as an application's bundler would.
 *
 * @param {readonly string[]} features names of what `@sojourn/rum/modular` exports
 */
export function bundleOf(features) {
  const made = features.map((name) => `${name}()`).join();
  const text = `import { ${["createRum", ...features].join()} } from ${JSON.stringify(MODULAR)};
globalThis.sojourn = createRum(${made});`;
  const entry = {
    name: "entry",
    /** @param {string} id */
    resolveId: (id) => (id === "entry" ? id : null),
    /** @param {string} id */
    load: (id) => (id === "entry" ? text : null),
  };
  return build("entry", [entry, ...PAGE_SCRIPT]);
}

/**
 * @param {string} entry
 * @param {import("rollup").InputPluginOption[]} plugins
 */
async function build(entry, plugins) {
  const build = await rollup({ input: entry, plugins });
  try {
    const { output } = await build.generate({ format: "iife", generatedCode: "es2015" });
    return output[0].code;
  } finally {
    await build.close();
  }
}

/**
 * Bytes of a text as it is, and as servers send it: gzip and brotli at their highest levels.
 *
 * @param {string | Buffer} text
 */
export function sizes(text) {
  return {
    min: Buffer.byteLength(text),
    gzip: gzipSync(text, { level: 9 }).length,
    brotli: brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
  };
}
