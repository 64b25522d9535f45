import { expect, test } from "vitest";
import { thin } from "./thin.js";

const window = { start: 0, end: 10_000 };
const at = (start: number, end = start, row = 0) => ({ start, end, row });
const drawn = (things: ReturnType<typeof at>[]) => thin(things, window, ({ row }) => row).map(({ start }) => start);

test("draws one of the things on the same spot", () => {
  expect(drawn([at(0), at(4), at(9), at(10), at(25)])).toEqual([0, 10, 25]);
});

test("draws all that lie in different rows", () => {
  expect(drawn([at(0), at(4, 4, 1)])).toEqual([0, 4]);
});

test("draws everything that is long enough to be seen", () => {
  expect(drawn([at(0, 100), at(1, 100), at(2, 100)])).toEqual([0, 1, 2]);
});

test("ten thousand clicks are at most a thousand marks", () => {
  expect(drawn(Array.from({ length: 10_000 }, (_, i) => at(i))).length).toBeLessThanOrEqual(1000);
});
