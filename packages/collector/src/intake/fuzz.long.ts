import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "../testing/fuzz.js";
import { startWriterless } from "../testing/intake.js";

/** Others each time. Run again with `SEED` to have the same inputs. */
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const ROUNDS = 10;
/** What may be left of the bodies of a round: the caches, which are bounded, and what is not collected yet. */
const GROWTH_BYTES = 64 * 1024 * 1024;

let intake: Awaited<ReturnType<typeof startWriterless>>;
beforeAll(async () => {
  intake = await startWriterless({ limitBytes: 2 * 1024 ** 3, perAddress: { rate: 1e6, burst: 1e6 } });
});
afterAll(() => intake.stop());

test(`100,000 bodies leave the intake standing and no larger, SEED=${SEED}`, { timeout: 900_000 }, async () => {
  const resident: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await fuzz(intake, { inputs: 100_000 / ROUNDS, seed: SEED + round });
    resident.push(process.memoryUsage().heapUsed);
  }
  expect((resident.at(-1) ?? 0) - (resident[1] ?? 0)).toBeLessThan(GROWTH_BYTES);
});
