import { expect, test } from "vitest";
import { createLimiter } from "./limiter.js";

test("gives a burst at once, then the rate, and tells when to come again", () => {
  let now = 0;
  const limiter = createLimiter({ rate: 2, burst: 3 }, () => now);
  expect([1, 2, 3].map(() => limiter.take("a"))).toEqual([0, 0, 0]);
  expect(limiter.take("a")).toBe(0.5);
  expect(limiter.take("b")).toBe(0);
  now = 499;
  expect(limiter.take("a")).toBeCloseTo(0.001);
  now = 500;
  expect(limiter.take("a")).toBe(0);
  expect(limiter.take("a")).toBe(0.5);
});

test("never holds more than the burst", () => {
  let now = 0;
  const limiter = createLimiter({ rate: 100, burst: 2 }, () => now);
  limiter.take("a");
  now = 3_600_000;
  expect([1, 2, 3].map(() => limiter.take("a") > 0)).toEqual([false, false, true]);
});

test("a clock that goes back gives nothing away", () => {
  let now = 1_000_000;
  const limiter = createLimiter({ rate: 1, burst: 1 }, () => now);
  limiter.take("a");
  now = 0;
  expect(limiter.take("a")).toBeGreaterThan(0);
  now = 1_000;
  expect(limiter.take("a")).toBeLessThanOrEqual(1);
});

test("gives many at once or none, and says when without taking", () => {
  let now = 0;
  const limiter = createLimiter({ rate: 2, burst: 10 }, () => now);
  expect([limiter.wait("a", 8), limiter.take("a", 8), limiter.take("a", 4), limiter.take("a", 2)]).toEqual([
    0, 0, 1, 0,
  ]);
  expect(limiter.wait("a", 1)).toBe(0.5);
  // More than there ever are would be waited for without end.
  now = 5_000;
  expect([limiter.take("a", 1000), limiter.wait("a")]).toEqual([0, 0.5]);
});

test("remembers a bounded number of keys", () => {
  const limiter = createLimiter({ rate: 1, burst: 1 }, () => 0);
  limiter.take("first");
  for (let i = 0; i < 49_999; i += 1) limiter.take(`k${i}`);
  expect(limiter.take("first")).toBe(1);
  limiter.take("one more");
  limiter.take("and another");
  expect(limiter.take("k0")).toBe(0);
});
