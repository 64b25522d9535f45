import { afterAll, beforeAll, test } from "vitest";
import { fuzz } from "../testing/fuzz.js";
import { startWriterless } from "../testing/intake.js";

let intake: Awaited<ReturnType<typeof startWriterless>>;
beforeAll(async () => {
  intake = await startWriterless({ limitBytes: 1024 ** 3, perAddress: { rate: 1e6, burst: 1e6 } });
});
afterAll(() => intake.stop());

test("whatever is sent gets a reasoned answer, and what is kept can be read back", { timeout: 30_000 }, async () => {
  await fuzz(intake, { inputs: 2_000, seed: 7 });
});
