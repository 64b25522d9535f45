import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { temporaryDirectory } from "./testing/collector.js";
import { type Kill, killUnderLoad } from "./testing/kills.js";
import { seeded } from "./testing/random.js";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** Others each time. Run again with `SEED` to have the same kills at the same moments. */
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

const OWN_ENGINE: readonly Kill[] = ["collector", "engine"];
const SERVER: readonly Kill[] = ["collector", "engine", "collector in an insert", "engine in an insert"];

// In parts, since what is killed too often in a row is left alone longer and longer.
test.each(Array.from({ length: 10 }, (_, part) => ({ part, server: part % 2 === 1, own: seed + part })))(
  "ten kills under load, part $part, server: $server, SEED=$own: every acknowledged event is there once",
  async (run) => {
    const path = join(directory.path, String(run.part));
    await mkdir(path);
    const random = seeded(run.own);
    const of = run.server ? SERVER : OWN_ENGINE;
    const kills = Array.from({ length: 10 }, () => of[Math.floor(random() * of.length)] ?? "collector");
    const { acknowledged, found, bodies } = await killUnderLoad(path, { server: run.server, kills, seed: run.own });
    expect(found).toEqual(acknowledged);
    process.stdout.write(`${kills.join(", ")}: ${bodies} bodies, ${acknowledged.events.length} events but views\n`);
  },
);
