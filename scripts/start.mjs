// Only this import is static: it ends an old Node with one clear line before newer syntax is read.
import "./lib/require-node.cjs";

Promise.all([import("./lib/main.mjs"), import("./lib/start.mjs")]).then(([{ main }, { start }]) =>
  main(() => start(process.argv.slice(2), process.env)),
);
