import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { rollup } from "rollup";
import { PAGE_SCRIPT } from "../../rollup.config.mjs";

/**
 * Bundles an entry as the product's own file is bundled, so that sizes compare.
 *
 * @param {string} entry absolute path
 * @returns {Promise<string>} the minified text
 */
export async function bundle(entry) {
  const build = await rollup({ input: entry, plugins: PAGE_SCRIPT });
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
