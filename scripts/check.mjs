import "./lib/require-node.cjs";

const { main } = await import("./lib/main.mjs");
const { install } = await import("./lib/install.mjs");
const { ROOT } = await import("./lib/root.mjs");

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`);

await main(async () => {
  await install(ROOT, { env: process.env, say });
  const { runChecks } = await import("./checks/index.mjs");
  const { tallyLine } = await import("./lib/tally.mjs");
  const tally = await runChecks(ROOT, say);
  say(tallyLine(tally));
  if (tally.failed > 0) process.exitCode = 1;
});
