import { expect, test } from "vitest";
import { clean } from "./hygiene.js";

test("accepts what JSON of a page usually is", () => {
  expect(clean({ a: 1, b: [null, "x", { c: true }] })).toBeUndefined();
});

test.each(["__proto__", "constructor", "prototype"])("refuses the name %s at any depth", (name) => {
  expect(clean(JSON.parse(`{"a":[{"b":{"${name}":1}}]}`))).toEqual({
    field: `a[0].b.${name}`,
    reason: "is a reserved name",
  });
});

test("nesting that would exhaust a recursive reader is cut, and does not cost the event", () => {
  const deep = { list: JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`), kept: [{ a: 1 }] };
  expect(clean(deep)).toBeUndefined();
  expect(deep).toEqual({ list: JSON.parse(`${"[".repeat(32)}null${"]".repeat(32)}`), kept: [{ a: 1 }] });
});

test("replaces lone surrogates in values and names, and leaves pairs", () => {
  const value = JSON.parse(String.raw`{"a":"\ud83d x 😀","\udc00":["\ud83d"]}`);
  expect(clean(value)).toBeUndefined();
  expect(value).toEqual({ a: "\ufffd x 😀", "\ufffd": ["\ufffd"] });
});
