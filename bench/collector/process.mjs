import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

const CONFIG = {
  applications: [{ id: "bench", clientToken: "pub-bench-token", origins: ["*"] }],
  openReads: true,
  // One sender stands for everybody: the limits for one address are not what is measured.
  limits: {
    perToken: { rate: 1e6, burst: 1e6 },
    perAddress: { rate: 1e6, burst: 1e6 },
    perSession: { rate: 1e9, burst: 1e9 },
  },
};

/**
 * The collector as an operator runs it: a process of its own with the embedded store, in a folder that is gone afterwards.
 *
 * @param {string} root
 * @param {(data: string) => Promise<void>} [before] fills the data folder
 */
export async function startCollector(root, before) {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-bench-"));
  const data = join(folder, "data");
  await before?.(data);
  await writeFile(join(folder, "sojourn.json"), JSON.stringify(CONFIG));
  const args = [
    join(root, "packages/collector/dist/cli.js"),
    "--port",
    "0",
    "--data",
    data,
    "--config",
    join(folder, "sojourn.json"),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listens on (http:\S+)/.exec(line)?.[1];
    if (!url) continue;
    child.stdout.resume();
    return {
      /** Resolves when the store has this session, and with it what was acknowledged before. */
      async untilStored(/** @type {string} */ session) {
        while (!(await fetch(`${url}/v1/sessions/${session}`)).ok) await wait(50);
      },
      url,
      /** Processes whose memory is the collector's: its own, and its engine's. */
      memory: () => ({ collector: residentKb(child.pid), engine: residentKb(childOf(child.pid)) }),
      intake: `${url}/v1/rum?client_token=pub-bench-token`,
      data,
      stop,
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  }
  throw new Error("the collector ended before it was ready");
}

/** @param {number | undefined} pid */
function residentKb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/** @param {number | undefined} pid */
function childOf(pid) {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}
