import fc from "fast-check";
import { test } from "vitest";
import { histories } from "./test/histories.js";

test("a thousand histories of several tabs keep every rule", () => {
  fc.assert(histories, { numRuns: 1000 });
});
