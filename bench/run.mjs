import "../scripts/lib/require-node.cjs";

Promise.all([import("../scripts/lib/main.mjs"), import("./lib/bench.mjs")]).then(([{ main }, { bench }]) =>
  main(() => bench(process.argv.slice(2), process.env)),
);
