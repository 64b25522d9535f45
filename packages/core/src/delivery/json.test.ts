import fc from "fast-check";
import { expect, test } from "vitest";
import { toJson } from "./json.js";

const prototypes = [Array.prototype, Object.prototype] as { toJSON?: unknown }[];

/** What `run` answers while `targets` have a `toJSON` of the page's. Checks themselves would not work meanwhile. */
function patched<T>(targets: { toJSON?: unknown }[], run: () => T): T {
  try {
    for (const target of targets) {
      Object.defineProperty(target, "toJSON", { value: () => "theirs", configurable: true, writable: true });
    }
    return run();
  } finally {
    for (const target of prototypes) delete target.toJSON;
  }
}

const anything = fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true });

test("on a page that changed how lists or objects are written, the text is as on any other", () => {
  fc.assert(
    fc.property(anything, fc.subarray(prototypes, { minLength: 1 }), (value, targets) => {
      const expected = JSON.stringify(value);
      expect(toJson(value)).toBe(expected);
      expect(patched(targets, () => toJson(value))).toBe(expected);
    }),
  );
});

test("an object's own conversion, or its class's, is kept", () => {
  class Money {
    toJSON() {
      return { cents: [5] };
    }
  }
  const value = { price: new Money(), at: new Date(0), own: { toJSON: () => 1 }, none: undefined, run() {} };
  const expected = '{"price":{"cents":[5]},"at":"1970-01-01T00:00:00.000Z","own":1}';
  expect(toJson(value)).toBe(expected);
  expect(patched(prototypes, () => toJson(value))).toBe(expected);
});

test.each([
  ["unchanged", []],
  ["changed", prototypes],
])("what JSON cannot carry throws, on a page that is %s", (_which, targets) => {
  const circle: { inner: object[] } = { inner: [] };
  circle.inner.push(circle);
  expect(() => patched(targets, () => toJson({ circle }))).toThrow(TypeError);
  expect(() => patched(targets, () => toJson({ id: 10n }))).toThrow(TypeError);
  const broken = {
    get field() {
      throw new RangeError("theirs");
    },
  };
  expect(() => patched(targets, () => toJson(broken))).toThrow(RangeError);
  const twice = { a: 1 };
  expect(patched(targets, () => toJson([twice, twice]))).toBe('[{"a":1},{"a":1}]');
});
