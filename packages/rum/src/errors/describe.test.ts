import fc from "fast-check";
import { expect, test } from "vitest";
import { describeError } from "./describe.js";

test("an error keeps its message, type, stack and causes", () => {
  const error = new TypeError("outer", { cause: new RangeError("inner", { cause: new Error("root") }) });
  expect(describeError(error)).toMatchObject({
    error_message: "outer",
    error_type: "TypeError",
    error_stack: error.stack,
    error_causes: [
      { message: "inner", type: "RangeError" },
      { message: "root", type: "Error" },
    ],
  });
});

test.each([
  ["text", "text", "string"],
  [undefined, "undefined", "undefined"],
  [null, "null", "null"],
  [42, "42", "number"],
  [{ code: 7 }, '{"code":7}', "Object"],
  [{ message: "not an Error" }, "not an Error", "Object"],
  [Symbol("s"), "Symbol(s)", "symbol"],
])("%s thrown is said as %s", (thrown, message, type) => {
  expect(describeError(thrown)).toMatchObject({ error_message: message, error_type: type });
});

test("a cause that points at itself ends", () => {
  const error = new Error("loop");
  error.cause = error;
  expect(describeError(error).error_causes).toHaveLength(5);
});

test("objects made to hurt cannot", () => {
  const hostile = {
    get message(): string {
      throw new Error("gotcha");
    },
    toString() {
      throw new Error("gotcha");
    },
  };
  expect(describeError(hostile).error_message).toBe("(cannot be shown)");
  const proxy = new Proxy(new Error("x"), {
    get() {
      throw new Error("gotcha");
    },
  });
  expect(() => describeError(proxy)).not.toThrow();
});

test("anything thrown is described within bounds", () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      const { error_message, error_type } = describeError(thrown);
      expect(error_message.length).toBeLessThanOrEqual(4096);
      expect(String(error_type).length).toBeLessThanOrEqual(100);
    }),
  );
});
