import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What tsc wrote to build/, as dist/index.html with hashed assets beside it. */
export default {
  input: here("build/main.js"),
  output: { dir: here("dist"), format: "es", entryFileNames: "assets/[name]-[hash].js" },
  plugins: [resolve(), page(), terser()],
};

/** Emits the style sheets as one file, the icon, and a page that loads both and the script from its own directory. */
function page() {
  const emit = (context, name, extension, source) => {
    const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
    const fileName = `assets/${name}-${hash}.${extension}`;
    context.emitFile({ type: "asset", fileName, source });
    return fileName;
  };
  return {
    name: "page",
    buildStart() {
      // Names change with their content: what an earlier build left would stay for ever.
      rmSync(here("dist"), { recursive: true, force: true });
    },
    generateBundle(_, bundle) {
      const script = Object.values(bundle).find((file) => file.type === "chunk" && file.isEntry);
      const styles = readdirSync(here("src/styles"))
        .filter((name) => name.endsWith(".css"))
        .sort()
        .map((name) => readFileSync(here(`src/styles/${name}`), "utf8"))
        .concat(readFileSync(createRequire(import.meta.url).resolve("uplot/dist/uPlot.min.css"), "utf8"))
        .join("\n");
      const source = readFileSync(here("src/index.html"), "utf8")
        .replace("{{styles}}", emit(this, "main", "css", styles))
        .replace("{{icon}}", emit(this, "icon", "svg", readFileSync(here("src/icon.svg"), "utf8")))
        .replace("{{script}}", script.fileName);
      this.emitFile({ type: "asset", fileName: "index.html", source });
    },
  };
}
