import { cpus } from "node:os";
import { build } from "../../scripts/lib/build.mjs";
import { install } from "../../scripts/lib/install.mjs";
import { ROOT } from "../../scripts/lib/root.mjs";

/** @type {Readonly<Record<string, () => Promise<(root: string, env: NodeJS.ProcessEnv) => Promise<string>>>>} */
const PARTS = {
  size: async () => (await import("../size.mjs")).size,
  page: async () => (await import("../page-cost.mjs")).pageCost,
  wire: async () => (await import("../wire.mjs")).wire,
  collector: async () => (await import("../collector.mjs")).collectorRate,
  queries: async () => (await import("../queries.mjs")).queryTimes,
  monitor: async () => (await import("../monitor.mjs")).monitorCost,
  dashboard: async () => (await import("../dashboard.mjs")).dashboard,
};

/**
 * `npm run bench [-- <part> …]`: measures side by side in one run on one machine and prints ratios. Figures of
 * different machines do not compare; ratios roughly do.
 *
 * @param {readonly string[]} args parts to run; all when none is named
 * @param {NodeJS.ProcessEnv} env
 */
export async function bench(args, env) {
  const unknown = args.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined)
    throw new Error(`there is no benchmark "${unknown}"; there are ${Object.keys(PARTS).join(", ")}`);
  await install(ROOT, { env, say });
  await build(ROOT, { env, say });
  say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`);
  for (const [name, load] of Object.entries(PARTS)) {
    if (args.length > 0 && !args.includes(name)) continue;
    const measure = await load();
    say(`\n${await measure(ROOT, env)}`);
  }
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
