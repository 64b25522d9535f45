// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { setUpErrors as setUp } from "../test/errors.js";

test("errors that were left out are counted by their reason", () => {
  const { add, drops } = setUp({ ignoreErrors: ["boring"] });
  for (let i = 0; i < 53; i++) add(new Error("the same"));
  add("a boring one");
  expect(drops()).toEqual({ error_limit: 3, ignored: 1 });
});

test.each([
  ["ResizeObserver loop completed with undelivered notifications.", []],
  ["ResizeObserver loop limit exceeded", []],
  ["Request to /ping was aborted", ["ping"]],
  ["Request 17 failed", [/^request \d+/i]],
  ["twice", [/twice/g]],
])("%s is ignored, also the second time", (message, ignoreErrors) => {
  const { add, kept, drops } = setUp({ ignoreErrors });
  add(new Error(message));
  add(message);
  expect(kept()).toEqual([]);
  expect(drops()).toEqual({ ignored: 2 });
});

test("what no rule names is kept", () => {
  const { add, kept } = setUp({ ignoreErrors: ["ping", /^exact$/] });
  add("not exact");
  expect(kept()).toHaveLength(1);
});

test("ignored errors take nothing from the limit", () => {
  const { add, kept } = setUp();
  for (let i = 0; i < 100; i++) add(new Error("ResizeObserver loop limit exceeded"));
  add("seen");
  expect(kept()).toMatchObject([{ error_message: "seen" }]);
});

function withStack(...lines: string[]): Error {
  const error = new Error("of somebody");
  error.stack = ["Error: of somebody", ...lines].join("\n");
  return error;
}

test.each(["chrome-extension", "moz-extension", "safari-web-extension", "webkit-masked-url"])(
  "an error of a browser extension alone is ignored: %s",
  (scheme) => {
    const { add, kept } = setUp();
    const theirs = `    at f (${scheme}://abcdef/inject.js:1:2)`;
    add(withStack(theirs, theirs));
    expect(kept()).toEqual([]);
    add(withStack("    at run (https://shop.example/app.js:3:4)", theirs));
    expect(kept()).toHaveLength(1);
  },
);
