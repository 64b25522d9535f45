import fc from "fast-check";
import { expect, test } from "vitest";
import { isSampled } from "./sampling.js";

test("S21: nothing at 0, everything at 100, for any id", () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(isSampled(id, 0)).toBe(false);
      expect(isSampled(id, 100)).toBe(true);
    }),
  );
});

test("an id that a low rate takes is taken by every higher one", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (id, a, b) => {
      if (isSampled(id, Math.min(a, b))) expect(isSampled(id, Math.max(a, b))).toBe(true);
    }),
  );
});

test.each([1, 10, 50])("S21: takes %i %% of ids, within three standard deviations", (rate) => {
  const ids = 20_000;
  let taken = 0;
  // Ids that differ in few characters are the hard case for a hash.
  for (let i = 0; i < ids; i++) {
    if (isSampled(`7b0c7f3a-9d52-4d3e-8c1a-${i.toString(16).padStart(12, "0")}`, rate)) taken++;
  }
  const share = rate / 100;
  expect(Math.abs(taken - ids * share)).toBeLessThan(3 * Math.sqrt(ids * share * (1 - share)));
});
