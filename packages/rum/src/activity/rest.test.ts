import type { RelativeMs } from "@sojourn/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LONGEST_REQUEST_MS, restAt } from "./rest.js";

const ms = (value: number) => value as RelativeMs;
const NEVER = ms(-1);
const waiting = { from: ms(1000), began: ms(1010), longest: 30_000 };

test.each<[string, number, number[], number]>([
  ["nothing happens: a quiet time after watching began", NEVER, [], 1110],
  ["something happened before: the same", 900, [], 1110],
  ["something happened: a quiet time after the last of it", 1500, [], 1600],
  ["a request is open: not before it has been open too long", 1500, [1020], 1020 + LONGEST_REQUEST_MS],
  ["the latest of several requests counts", 1500, [1020, 1400], 1400 + LONGEST_REQUEST_MS],
  ["a request that was open before, such as a long poll, holds nobody", 1500, [990], 1600],
  ["something happens all the time: at the longest", 40_000, [], 31_000],
])("%s", (_name, last, open, expected) => {
  expect(restAt(waiting, ms(last), open.map(ms), 100)).toBe(expected);
});

test("rest comes no earlier for what happens later, and never after the longest", () => {
  const time = fc.integer({ min: 0, max: 60_000 }).map(ms);
  fc.assert(
    fc.property(time, time, fc.nat(1000), fc.array(time), fc.nat(5000), (a, b, late, open, quiet) => {
      const watch = { from: a, began: ms(a + late), longest: 30_000 };
      const [earlier, later] = [Math.min(a, b), Math.max(a, b)] as RelativeMs[];
      const [first = 0, second = 0] = [earlier, later].map((last) => restAt(watch, last ?? NEVER, open, quiet));
      expect(first).toBeLessThanOrEqual(second);
      expect(second).toBeLessThanOrEqual(a + 30_000);
      expect(restAt(watch, NEVER, [], quiet)).toBeLessThanOrEqual(first);
    }),
  );
});
