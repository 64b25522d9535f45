import "./lib/require-node.cjs";

const { main } = await import("./lib/main.mjs");
const { testLong } = await import("./lib/test-long.mjs");
await main(() => testLong(process.env));
