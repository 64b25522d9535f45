import { runInNewContext } from "node:vm";
import { cleanText } from "@sojourn/core";
import { KINDS } from "@sojourn/core/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDescriber } from "./describe.js";

const { describe: describeError } = createDescriber(cleanText);

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
  [undefined, "undefined", undefined],
  [null, "null", undefined],
  [42, "42", "number"],
  [{ code: 7 }, "code: 7", "Object"],
  [{ message: "not an Error" }, "not an Error", "Object"],
  [Symbol("s"), "Symbol(s)", "symbol"],
  [{ status: 404, at: { deep: [1] }, statusText: "gone", user: "Ada" }, "status: 404, statusText: gone", "Object"],
  [new Response(null, { status: 503 }), "status: 503, type: default", "Response"],
  [{ id: 7, code: 409, name: "Jane Doe", detail: "HIV positive" }, "code: 409", "Object"],
  [{ reason: "long ".repeat(100) }, `reason: ${"long ".repeat(20)}`, "Object"],
  [{ type: Symbol("s"), name: () => 0, error: null }, "Object", "Object"],
  [[1, 2], "Array", "Array"],
  [new Uint8Array(3), "Uint8Array", "Uint8Array"],
])("%s thrown is said as %s", (thrown, message, type) => {
  expect(describeError(thrown)).toMatchObject({ error_message: message, error_type: type });
});

test("a cause that points at itself, or back, is told once", () => {
  const error = new Error("loop");
  error.cause = error;
  expect(describeError(error).error_causes).toBeUndefined();
  error.cause = new Error("there", { cause: error });
  expect(describeError(error).error_causes).toMatchObject([{ message: "there" }]);
});

test("the errors of an AggregateError are causes, five of all at the most", () => {
  const error = new AggregateError(
    [new TypeError("first", { cause: new Error("of the first") }), "no error", new RangeError("second")],
    "all failed",
    { cause: new Error("because") },
  );
  expect(describeError(error)).toMatchObject({
    error_type: "AggregateError",
    error_causes: [
      { message: "because" },
      { message: "first", type: "TypeError" },
      { message: "second", type: "RangeError" },
      { message: "of the first" },
    ],
  });
  const deep = Array.from({ length: 20 }).reduce<Error>(
    (cause, _, n) => new Error(`${n}`, { cause }),
    new Error("root"),
  );
  expect(describeError(deep).error_causes).toHaveLength(5);
  const many = Array.from({ length: 100_000 }, (_, n) => new Error(`${n}`));
  expect(describeError(new AggregateError(many)).error_causes).toHaveLength(5);
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

test.each(["cause", "errors"])("an error whose %s throws keeps what else it tells", (key) => {
  const error = Object.defineProperty(new TypeError("kept"), key, {
    get() {
      throw new Error("gotcha");
    },
  });
  expect(describeError(error)).toMatchObject({
    error_message: "kept",
    error_type: "TypeError",
    error_stack: error.stack,
    error_causes: undefined,
  });
});

test("secrets in URLs are taken out of message, stack and causes", () => {
  const url = "https://me:canary@shop.example/reset?token=canary";
  const error = new Error(`GET ${url} failed`, { cause: new Error(url) });
  error.stack = `Error: GET ${url} failed\n    at boom (${url}:10:15)\n    at ${url}:3:1`;
  const described = describeError(error);
  expect(JSON.stringify(described)).not.toContain("canary");
  expect(described.error_message).toBe("GET https://shop.example/reset?token=REDACTED failed");
  expect(described.error_stack).toContain("at boom (https://shop.example/reset?token=REDACTED:10:15)\n");
  expect(JSON.stringify(describeError(url))).not.toContain("canary");
  expect(JSON.stringify(describeError(undefined, `Script error. ${url}`))).not.toContain("canary");
  expect(JSON.stringify(describeError({ url }))).not.toContain("canary");
});

test("what an object holds is not counted or copied", () => {
  const touched: string[] = [];
  const thrown = new Proxy(Object.assign(Object.create(null), { code: 7, secret: "canary" }), {
    get: (target, key) => {
      touched.push(String(key));
      return Reflect.get(target, key);
    },
    ownKeys: () => {
      throw new Error("its keys were asked for");
    },
  });
  expect(describeError(thrown).error_message).toBe("code: 7");
  expect(touched).not.toContain("secret");
});

test("an error of another frame is an error", () => {
  const other: unknown = runInNewContext("new TypeError('theirs', { cause: new RangeError('inner') })");
  expect(other).not.toBeInstanceOf(Error);
  const described = describeError(other);
  expect(described).toMatchObject({ error_message: "theirs", error_type: "TypeError" });
  expect(described.error_stack).toContain("TypeError: theirs");
  expect(described.error_causes).toMatchObject([{ message: "inner" }]);
});

const bounds = { text: KINDS.text.maxLength, name: KINDS.name.maxLength, list: KINDS.list.maxBytes };

function isWithin({ error_message, error_type = "", error_stack, error_causes }: ReturnType<typeof describeError>) {
  expect(error_message.length).toBeLessThanOrEqual(bounds.text);
  expect(error_type.length).toBeLessThanOrEqual(bounds.name);
  expect(error_stack?.length ?? 0).toBeLessThanOrEqual(bounds.text);
  expect(Buffer.byteLength(JSON.stringify(error_causes ?? []))).toBeLessThanOrEqual(bounds.list);
}

test("anything thrown is described within the bounds of the model", () => {
  fc.assert(fc.property(fc.anything(), (thrown) => isWithin(describeError(thrown))));
});

test("errors of any text, with causes of any text, are described within the bounds of the model", () => {
  const text = fc
    .tuple(fc.constantFrom("a", "é", "語", "😀", "\u0001", "\ud800", '"', "?token=x&"), fc.nat({ max: 20_000 }))
    .map(([unit, length]) => unit.repeat(length));
  const one = fc.record({ message: text, stack: text, name: text });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 7 }), (chain) => {
      const error = chain.reduceRight<Error | undefined>(
        (cause, own) => Object.assign(new Error("", { cause }), own),
        undefined,
      );
      const described = describeError(error);
      isWithin(described);
      // Not even the longest is left out whole.
      expect(described.error_causes?.length ?? 0).toBeGreaterThanOrEqual(Math.min(chain.length - 1, 1));
    }),
  );
});
