import fc from "fast-check";
import { expect, test } from "vitest";
import { packRows } from "./pack.js";
import { axisTicks } from "./ticks.js";
import { fit, MIN_SPAN_MS, pan, shareOf, zoom } from "./window.js";

const bounds = { start: 0, end: 100_000 };

test("what is under the pointer stays there while zooming", () => {
  const before = { start: 10_000, end: 50_000 };
  const after = zoom(before, 0.5, 20_000, bounds);
  expect(shareOf(20_000, after)).toBeCloseTo(shareOf(20_000, before));
  expect(after.end - after.start).toBe(20_000);
});

test("zooming out ends at the whole session", () => {
  expect(zoom({ start: 40_000, end: 60_000 }, 100, 50_000, bounds)).toEqual(bounds);
});

test("moving stops at the ends and keeps the length", () => {
  expect(pan({ start: 0, end: 10_000 }, 0.5, bounds)).toEqual({ start: 5000, end: 15_000 });
  expect(pan({ start: 85_000, end: 95_000 }, 1, bounds)).toEqual({ start: 90_000, end: 100_000 });
});

test("a window always lies within its bounds and never gets too narrow", () => {
  const moment = fc.double({ min: -2e5, max: 3e5, noNaN: true });
  fc.assert(
    fc.property(moment, moment, (a, b) => {
      const { start, end } = fit({ start: Math.min(a, b), end: Math.max(a, b) }, bounds);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(100_000 + 1e-6);
      expect(end - start).toBeGreaterThanOrEqual(MIN_SPAN_MS - 1e-6);
    }),
  );
});

test.each([
  [0, 100, ["0.00 s", "0.02 s", "0.04 s", "0.06 s", "0.08 s", "0.10 s"]],
  [0, 60_000, ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "1:00"]],
  [3_500_000, 3_700_000, ["58:30", "59:00", "59:30", "1:00:00", "1:00:30", "1:01:00", "1:01:30"]],
])("marks the axis from %d to %d at round moments", (start, end, labels) => {
  expect(axisTicks({ start, end }, 8).map((tick) => tick.label)).toEqual(labels);
});

test("never draws more ticks than asked for, at any zoom", () => {
  fc.assert(
    fc.property(fc.nat(1e8), fc.integer({ min: 5, max: 1e9 }), (start, length) => {
      const ticks = axisTicks({ start, end: start + length }, 9);
      expect(ticks.length).toBeLessThanOrEqual(10);
      for (const { at } of ticks) expect(at).toBeGreaterThanOrEqual(start);
    }),
  );
});

test("resources that overlap lie in different rows, and rows are used again", () => {
  const spans = [
    { start: 0, end: 10 },
    { start: 5, end: 15 },
    { start: 10, end: 20 },
    { start: 16, end: 18 },
  ];
  expect(packRows(spans, 6)).toEqual({ of: [0, 1, 0, 1], count: 2 });
});

test("beyond the last row, resources lie over the row that is free soonest", () => {
  const spans = [
    { start: 0, end: 100 },
    { start: 1, end: 50 },
    { start: 2, end: 80 },
  ];
  expect(packRows(spans, 2)).toEqual({ of: [0, 1, 1], count: 2 });
});

test("no two resources of a row overlap as long as rows are left", () => {
  const span = fc.tuple(fc.nat(1000), fc.nat(200)).map(([start, length]) => ({ start, end: start + length }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), (spans) => {
      const { of } = packRows(spans, 1000);
      spans.forEach((a, i) => {
        spans.forEach((b, j) => {
          if (i < j && of[i] === of[j]) expect(a.end <= b.start || b.end <= a.start).toBe(true);
        });
      });
    }),
  );
});
