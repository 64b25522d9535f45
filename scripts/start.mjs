// Only this import is static: it ends an old Node with one clear line before newer syntax is parsed.
import "./lib/require-node.cjs";

const { main } = await import("./lib/main.mjs");
const { start } = await import("./lib/start.mjs");
await main(() => start(process.argv.slice(2), process.env));
