import fc from "fast-check";
import { test } from "vitest";
import { histories } from "./test/histories.js";

test("a hundred thousand histories of several tabs keep every rule", { timeout: 30 * 60_000 }, () => {
  fc.assert(histories, { numRuns: 100_000 });
});
