import type { RelativeMs } from "@sojourn/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { goesOn, isRage, type Spot } from "./chain.js";

const spot = (at: number, more: Partial<Spot> = {}): Spot => ({
  target: "button",
  at: at as RelativeMs,
  x: 10,
  y: 10,
  selected: false,
  ...more,
});

test.each<[string, boolean, Spot | undefined, Spot]>([
  ["the first click begins a chain", false, undefined, spot(0)],
  ["a click soon after goes on", true, spot(0), spot(1000)],
  ["a click later than a second does not: a peer compares with the sign reversed", false, spot(0), spot(1001)],
  ["nor does one on something else", false, spot(0), spot(100, { target: "link" })],
  ["one near goes on", true, spot(0), spot(100, { x: 110 })],
  ["one further away does not", false, spot(0), spot(100, { x: 90, y: 90 })],
  ["nor one that selected text, as the second of a double click", false, spot(0), spot(100, { selected: true })],
])("%s", (_name, expected, last, click) => {
  expect(goesOn(last, click)).toBe(expected);
});

test.each<[boolean, number[]]>([
  [false, []],
  [false, [0, 100]],
  [true, [0, 100, 200]],
  [true, [0, 500, 1000]],
  [false, [0, 500, 1001]],
  [false, [0, 900, 1800, 2700]],
  [true, [0, 900, 1800, 2000, 2200]],
])("rage is %s of clicks at %j", (expected, times) => {
  expect(isRage(times.map((at) => spot(at)))).toBe(expected);
});

test("clicks are rage exactly when any three of them are within a second", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 }), (gaps) => {
      let at = 0;
      const times = gaps.map((gap) => {
        at += gap;
        return at;
      });
      const any = times.some((time) => times.filter((other) => other >= time && other <= time + 1000).length >= 3);
      expect(isRage(times.map((time) => spot(time)))).toBe(any);
    }),
  );
});
