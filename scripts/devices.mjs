// Only this import is static: it ends an old Node with one clear line before newer syntax is read.
import "./lib/require-node.cjs";

Promise.all([import("./lib/main.mjs"), import("./lib/example.mjs")]).then(([{ main }, { example }]) =>
  main(() => example("devices", process.env)),
);
