import fc from "fast-check";
import { expect, test } from "vitest";
import type { Shift } from "./entries.js";
import { addShift, type Shifts } from "./shifts.js";

const after = (...shifts: [at: number, value: number][]): Shifts =>
  shifts.reduce<Shifts>((state, [startTime, value]) => addShift(state, { startTime, value } as Shift), {});

test("shifts less than a second apart add up", () => {
  expect(after([0, 0.1], [999, 0.2]).worst?.value).toBeCloseTo(0.3);
  expect(after([0, 0.1], [1000, 0.2]).worst?.value).toBeCloseTo(0.2);
});

test("no window is longer than five seconds", () => {
  const steady = Array.from({ length: 20 }, (_, i): [number, number] => [i * 900, 0.01]);
  expect(after(...steady).worst?.value).toBeCloseTo(0.06);
});

test("the worst window stays, whatever comes after, and knows its largest shift", () => {
  const { worst, open } = after([0, 0.1], [500, 0.3], [900, 0.2], [9000, 0.4]);
  expect(worst?.value).toBeCloseTo(0.6);
  expect(worst?.largest.startTime).toBe(500);
  expect(open?.value).toBe(0.4);
});

test("the score is the largest sum of any run of shifts that the definition takes together", () => {
  const shifts = fc.array(fc.tuple(fc.integer({ min: 0, max: 2500 }), fc.integer({ min: 1, max: 100 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(shifts, (gaps) => {
      let at = 0;
      const all = gaps.map(([gap, value]): [number, number] => {
        at += gap;
        return [at, value];
      });
      // Told again, the long way round.
      const windows: [number, number][][] = [];
      for (const shift of all) {
        const open = windows.at(-1);
        const [first, last] = [open?.[0]?.[0] ?? -1e9, open?.at(-1)?.[0] ?? -1e9];
        if (open && shift[0] - last < 1000 && shift[0] - first < 5000) open.push(shift);
        else windows.push([shift]);
      }
      const sums = windows.map((window) => window.reduce((sum, [, value]) => sum + value, 0));
      expect(after(...all).worst?.value).toBe(Math.max(...sums));
    }),
  );
});
