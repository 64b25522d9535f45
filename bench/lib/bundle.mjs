import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build as flatten } from "esbuild";
import { rollup } from "rollup";
import { PAGE_SCRIPT, pageScript } from "../../rollup.config.mjs";

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
  return buildText(text, PAGE_SCRIPT);
}

/**
 * Bundles a peer of `bench/peers/package.json` in the same way, but for the names of properties, which are its own. Some
 * of what peers need is in CommonJS, which rollup cannot read by itself: it gets one file of modules.
 *
 * @param {string} text of the entry
 * @param {string} folder where its imports are looked for
 */
export async function bundlePeer(text, folder) {
  const { outputFiles } = await flatten({
    stdin: { contents: text, resolveDir: folder },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2020",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return buildText(outputFiles[0]?.text ?? "", pageScript([]));
}

/**
 * @param {string} text of the entry
 * @param {import("rollup").InputPluginOption[]} plugins
 */
function buildText(text, plugins) {
  const entry = {
    name: "entry",
    /** @param {string} id */
    resolveId: (id) => (id === "entry" ? id : null),
    /** @param {string} id */
    load: (id) => (id === "entry" ? text : null),
  };
  return build("entry", [entry, ...plugins]);
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
