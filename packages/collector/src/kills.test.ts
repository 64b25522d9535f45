import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { temporaryDirectory } from "./testing/collector.js";
import { openHouse } from "./testing/house.js";
import { type Kill, killUnderLoad } from "./testing/kills.js";
import { emptied, readFacts, startLoad } from "./testing/load.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** Other moments each time. Run again with `SEED` to have the same ones. */
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

test.each<{ where: string; kills: Kill[] }>([
  { where: "with its own engine", kills: ["engine", "collector"] },
  { where: "with a server", kills: ["collector in an insert", "engine in an insert", "collector"] },
])(`killed under load, $where, every acknowledged event is there once (SEED=${seed})`, async ({ where, kills }) => {
  const path = join(directory.path, where.replaceAll(" ", "-"));
  await mkdir(path);
  const { acknowledged, found } = await killUnderLoad(path, { server: where === "with a server", kills, seed });
  expect(found).toEqual(acknowledged);
});

test("a store away till the log is full: 503 with Retry-After; everything acknowledged is there when it is back", async () => {
  const path = join(directory.path, "away");
  await mkdir(path);
  const house = await openHouse(path, { server: true, logLimitBytes: 1024 ** 2 });
  const load = startLoad(() => house.url);
  try {
    await load.more(20);
    house.door?.shut();
    while (load.waits.size === 0) await sleep(10);
    const before = load.acknowledged;
    house.door?.open();
    const url = await house.ready();
    await load.more(20);
    const acknowledged = await load.stop();
    await emptied(url);
    expect([...load.waits]).toEqual(["30"]);
    expect(load.acknowledged).toBeGreaterThan(before);
    expect(await readFacts(url)).toEqual(acknowledged);
  } finally {
    await load.stop();
    await house.stop();
  }
});
