import "./lib/require-node.cjs";

const { main } = await import("./lib/main.mjs");
const { freshClone } = await import("./lib/fresh-clone.mjs");
await main(() => freshClone(process.env));
