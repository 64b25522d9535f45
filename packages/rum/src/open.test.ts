import type { RelativeMs } from "@sojourn/core";
import { expect, test, vi } from "vitest";
import { type Begun, createOpen } from "./open.js";

const ms = (value: number) => value as RelativeMs;

function setUp() {
  const drop = vi.fn();
  const copy = (context: unknown) => ({ ...(context as object) });
  const open = createOpen<Begun>({ copy, drop }, "vital");
  return {
    drop,
    begin: (name: unknown, at: number, ref?: object) => open.begin(name, ref, { at: ms(at) })?.at,
    end: (name: unknown, ref?: object) => open.end(name, ref, ms(1000)),
  };
}

test("what was begun ends once, by its name, with its duration and the contexts of both", () => {
  const { begin, end } = setUp();
  begin("checkout", 1, { context: { cart: 3, step: 1 } });
  expect(end("cart")).toBeUndefined();
  expect(end("checkout", { context: { step: 2 } })).toEqual({ at: 1, duration: 999e6, context: { cart: 3, step: 2 } });
  expect(end("checkout")).toBeUndefined();
});

test("a key tells those of one name apart; begun again, the newer counts, and the older is answered", () => {
  const { begin, end } = setUp();
  begin("upload", 1, { key: "a" });
  begin("upload", 2, { key: "b" });
  begin("upload", 3);
  expect(begin("upload", 4, { key: "b" })).toBe(2);
  expect([end("upload", { key: "b" })?.at, end("upload", { key: "a" })?.at, end("upload")?.at]).toEqual([4, 1, 3]);
});

test("a hundred are remembered; the oldest goes first, is answered and counted as left out", () => {
  const { begin, end, drop } = setUp();
  for (let i = 0; i < 100; i++) begin(i, i);
  // Begun again, it is not the oldest any more.
  begin(0, 100);
  expect(drop).not.toHaveBeenCalled();
  expect(begin("one more", 101)).toBe(1);
  expect(drop.mock.calls).toEqual([["vital"]]);
  expect([end(0)?.at, end(1)?.at, end(2)?.at]).toEqual([100, undefined, 2]);
});
