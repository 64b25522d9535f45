import { createFakeClock } from "@sojourn/core/test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLimit } from "./limit.js";

test("takes so many at once, then one a second, and fills up again in quiet", () => {
  const clock = createFakeClock();
  const { take } = createLimit(clock, 3);
  const times = (n: number) => Array.from({ length: n }, take).filter(Boolean).length;
  expect(times(10)).toBe(3);
  clock.advance(999);
  expect(times(1)).toBe(0);
  clock.advance(1);
  expect(times(10)).toBe(1);
  clock.advance(3_600_000);
  expect(times(10)).toBe(3);
});

test("never takes more than the burst and the seconds allow, however the tries are spread", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 200 }), (pauses) => {
      const clock = createFakeClock();
      const limit = createLimit(clock, 5);
      let taken = 0;
      for (const pause of pauses) {
        clock.advance(pause);
        if (limit.take()) taken++;
      }
      expect(taken).toBeLessThanOrEqual(5 + clock.now() / 1000);
    }),
  );
});
