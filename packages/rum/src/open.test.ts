import { expect, test, vi } from "vitest";
import { createOpen } from "./open.js";

test("what was begun is taken once, by its name", () => {
  const { begin, take } = createOpen<number>(() => {});
  begin("checkout", undefined, 1);
  expect(take("cart")).toBeUndefined();
  expect(take("checkout")).toBe(1);
  expect(take("checkout")).toBeUndefined();
});

test("a key tells those of one name apart; begun again, the newer counts", () => {
  const { begin, take } = createOpen<number>(() => {});
  begin("upload", "a", 1);
  begin("upload", "b", 2);
  begin("upload", undefined, 3);
  begin("upload", "b", 4);
  expect([take("upload", "b"), take("upload", "a"), take("upload")]).toEqual([4, 1, 3]);
});

test("a hundred are remembered; the oldest goes first, and that is told", () => {
  const overflowed = vi.fn();
  const { begin, take } = createOpen<number>(overflowed);
  for (let i = 0; i < 100; i++) begin(i, undefined, i);
  // Begun again, it is not the oldest any more.
  begin(0, undefined, 100);
  expect(overflowed).not.toHaveBeenCalled();
  begin("one more", undefined, 101);
  expect(overflowed).toHaveBeenCalledTimes(1);
  expect([take(0), take(1), take(2)]).toEqual([100, undefined, 2]);
});
