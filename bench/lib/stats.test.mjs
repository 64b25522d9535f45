import { expect, test } from "vitest";
import { median, quantile } from "./stats.mjs";

test("a quantile is a value of the sample, whatever its order", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile(hundred, 1)).toBe(100);
  expect(quantile(hundred, 0)).toBe(1);
  expect(median([9, 1, 5])).toBe(5);
});
