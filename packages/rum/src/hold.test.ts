import { expect, test, vi } from "vitest";
import { createHold } from "./hold.js";

test("keeps the newest within its bound, in order", () => {
  const overflowed = vi.fn();
  const hold = createHold<number>(overflowed);
  for (let i = 0; i < 1000; i++) hold.keep(i);
  const seen: number[] = [];
  hold.release((item) => seen.push(item) > 0);
  expect(seen).toHaveLength(200);
  expect(overflowed).toHaveBeenCalledTimes(800);
  expect(seen[0]).toBe(800);
  expect(seen.at(-1)).toBe(999);
});

test("what is not decided yet stays, and stays in order with what comes while it is judged", () => {
  const hold = createHold<number>(() => {});
  for (const item of [1, 2, 3]) hold.keep(item);
  hold.release((item) => {
    if (item === 2) hold.keep(4);
    return item === 2;
  });
  const left: number[] = [];
  hold.release((item) => left.push(item) > 0);
  expect(left).toEqual([1, 3, 4]);
});
