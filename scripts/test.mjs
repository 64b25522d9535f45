import "./lib/require-node.cjs";

const { main } = await import("./lib/main.mjs");
const { test } = await import("./lib/test.mjs");
await main(() => test(process.env));
