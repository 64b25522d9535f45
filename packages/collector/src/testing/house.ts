import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startEngine } from "../engine/start.js";
import { silentLog } from "../lib/logger.js";
import { end, endAll, enginesOf, listening, type Run, runCli } from "./cli.js";
import { TOKEN } from "./collector.js";
import { type Door, openDoor } from "./door.js";

/** A collector's processes, of which any may be killed. */
export interface House {
  /** Where the collector is now; undefined while there is none. */
  readonly url: string | undefined;
  /** The way to the store, where that is a server. */
  readonly door: Door | undefined;
  /** Kills the collector, and starts it again as soon as it is gone. */
  killCollector(): Promise<void>;
  /** Kills the engine. Whoever watches it starts it again. */
  killEngine(): void;
  /** Resolves when beacons are taken and the store answers. */
  ready(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A collector as an operator runs it, in a process of its own.
 *
 * @param options.server the engine is a server that the collector finds by URL, and outlives it; otherwise it is the
 *   collector's own.
 */
export async function openHouse(
  directory: string,
  options: { server: boolean; logLimitBytes?: number },
): Promise<House> {
  const { logLimitBytes } = options;
  const engine = options.server
    ? await startEngine({ directory: join(directory, "server"), database: "sojourn", log: silentLog })
    : undefined;
  const door = engine && (await openDoor(engine));
  const applications = [{ id: "shop", clientToken: TOKEN, origins: ["*"] }];
  const limits = { perAddress: { rate: 10_000, burst: 10_000 } };
  await writeFile(
    join(directory, "sojourn.json"),
    JSON.stringify({ applications, openReads: true, limits, ...(logLimitBytes && { logLimitBytes }) }),
  );
  const environment: Record<string, string> =
    engine && door ? { SOJOURN_STORE_URL: door.url, SOJOURN_STORE_PASSWORD: engine.password } : {};
  let run: Run;
  let url: string | undefined;

  async function start(): Promise<void> {
    run = runCli(directory, ["--port", "0", "--data", "data", "--config", "sojourn.json"], environment);
    url = await listening(run);
  }
  await start();

  return {
    get url() {
      return url;
    },
    door,
    async killCollector() {
      url = undefined;
      await end(run.child, "SIGKILL");
      await start();
    },
    killEngine() {
      const pid = engine ? engine.pid : enginesOf(run.child)[0];
      if (pid !== undefined) process.kill(pid, "SIGKILL");
    },
    async ready() {
      for (let left = 3000; left > 0; left -= 1) {
        const answer = url && (await fetch(`${url}/readyz`).catch(() => undefined));
        if (url && answer && answer.status === 200) return url;
        await sleep(20);
      }
      throw new Error(`not ready: ${run.stderr()}`);
    },
    async stop() {
      await endAll([run.child]);
      await door?.close();
      await engine?.stop();
    },
  };
}
