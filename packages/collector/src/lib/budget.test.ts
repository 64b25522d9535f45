import { expect, test } from "vitest";
import { createBudget } from "./budget.js";

test("says which bound is passed, takes nothing then, and forgets who holds nothing", () => {
  const budget = createBudget(100, 60);
  const [one, again, other] = [budget.share("a"), budget.share("a"), budget.share("b")];
  expect([one.take(50), again.take(11), again.take(10), other.take(41), other.take(40)]).toEqual([
    undefined,
    "key",
    undefined,
    "whole",
    undefined,
  ]);
  expect(budget.held).toEqual({ amount: 100, keys: 2 });
  one.release();
  one.release();
  expect(budget.held).toEqual({ amount: 50, keys: 2 });
  again.release();
  other.release();
  expect(budget.held).toEqual({ amount: 0, keys: 0 });
});
