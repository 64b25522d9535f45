import { expect, test, vi } from "vitest";
import { copyContext } from "./context.js";

test("is a copy: what the page changes later has no effect", () => {
  const given = { cart: { items: 1 } };
  const copy = copyContext(given, vi.fn());
  given.cart.items = 2;
  expect(copy).toEqual({ cart: { items: 1 } });
});

test("a big number is kept as text, and reserved keys are left out", () => {
  expect(
    copyContext({ id: 10n, constructor: 1, nested: JSON.parse('{"__proto__": {"admin": true}}') }, vi.fn()),
  ).toEqual({
    id: "10",
    nested: {},
  });
});

const loop: Record<string, unknown> = {};
loop.self = loop;
test.each([
  ["a circle", loop],
  ["a list", [1, 2]],
  ["a text", "text"],
  ["too much", { text: "价".repeat(3000) }],
  [
    "a getter that throws",
    {
      get it(): never {
        throw new Error("gotcha");
      },
    },
  ],
])("%s is said once and left out", (_what, given) => {
  const report = vi.fn();
  expect(copyContext(given, report)).toEqual({});
  expect(report).toHaveBeenCalledTimes(1);
});

test("nothing given is nothing to say", () => {
  const report = vi.fn();
  expect(copyContext(undefined, report)).toEqual({});
  expect(report).not.toHaveBeenCalled();
});
