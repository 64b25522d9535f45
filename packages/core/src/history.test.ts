import { expect, test } from "vitest";
import { createHistory } from "./history.js";
import type { RelativeMs } from "./model/units.js";

const ms = (value: number) => value as RelativeMs;

test("a late event finds what was current when it began", () => {
  const history = createHistory<string>();
  history.set("a", ms(0));
  history.set("b", ms(100));
  history.set(undefined, ms(200));
  expect([0, 99, 100, 199, 200, 500].map((at) => history.at(ms(at)))).toEqual([
    "a",
    "a",
    "b",
    "b",
    undefined,
    undefined,
  ]);
});

test("what came before the first value belongs to the first", () => {
  const history = createHistory<string>();
  expect(history.at(ms(5))).toBeUndefined();
  history.set("a", ms(10));
  expect(history.at(ms(5))).toBe("a");
});

test("where there is often nothing in between, what is older than memory still belongs to the oldest", () => {
  const history = createHistory<string>(4);
  for (let i = 0; i < 10; i++) {
    history.set(undefined, ms(2 * i));
    history.set(`v${i}`, ms(2 * i + 1));
  }
  expect(history.at(ms(1))).toBe("v8");
});

test("memory is bounded and the newest survive", () => {
  const history = createHistory<number>(3);
  for (let i = 0; i < 10; i++) history.set(i, ms(i));
  expect([0, 7, 8, 9].map((at) => history.at(ms(at)))).toEqual([7, 7, 8, 9]);
});
