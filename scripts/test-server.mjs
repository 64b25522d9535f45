// Only this import is static: it ends an old Node with one clear line before newer syntax is read.
import "./lib/require-node.cjs";

Promise.all([import("./lib/main.mjs"), import("./lib/test-server.mjs")]).then(([{ main }, { testServer }]) =>
  main(() => testServer(process.env, process.argv.slice(2))),
);
