// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { setUpErrors as setUp } from "../test/errors.js";

afterEach(() => vi.unstubAllGlobals());

function failing(file: string): Error {
  const error = new Error("broken");
  error.stack = `Error: broken\n    at buy (${file}:1:20)\n    at https://shop.example/vendor.js:9:1`;
  return error;
}

test.each([
  ["Chromium", (file: string) => `Error\n    at ${file}:1:50\n    at https://shop.example/loader.js:2:2`],
  ["Firefox", (file: string) => `@${file}:1:50\nrun@https://shop.example/loader.js:2:2`],
  ["WebKit", (file: string) => `global code@${file}:1:50`],
])("files of a stack that a bundler gave an id carry it, as %s writes stacks", (_engine, stackOf) => {
  vi.stubGlobal("_sentryDebugIds", {
    [stackOf("http://localhost:8080/app.js")]: "id-app",
    [stackOf("http://localhost:8080/app")]: "id-other",
  });
  const { add, kept } = setUp();
  add(failing("http://localhost:8080/app.js"));
  expect(kept()[0]?.error_debug_ids).toEqual([{ url: "http://localhost:8080/app.js", id: "id-app" }]);
});

test("our own bundler plugin's ids come first, and causes have them too", () => {
  vi.stubGlobal("_sentryDebugIds", { "at https://shop.example/app.js:1:1": "theirs" });
  vi.stubGlobal("_sojournDebugIds", { "at https://shop.example/app.js:1:1": "ours" });
  const { add, kept } = setUp();
  add(new Error("outer", { cause: failing("https://shop.example/app.js") }));
  expect(kept()[0]?.error_debug_ids).toEqual([{ url: "https://shop.example/app.js", id: "ours" }]);
});

test("however many files have ids, few are looked for and fewer kept", () => {
  const files = Array.from({ length: 5000 }, (_, n) => `https://shop.example/${n}.js`);
  vi.stubGlobal("_sojournDebugIds", Object.fromEntries(files.map((file) => [`at ${file}:1:1`, "x".repeat(1000)])));
  const { add, kept } = setUp();
  const error = new Error("wide");
  error.stack = files
    .slice(0, 50)
    .map((file) => `    at ${file}:1:1`)
    .join("\n");
  add(error);
  expect(kept()[0]?.error_debug_ids).toHaveLength(20);
  expect(kept()[0]?.error_debug_ids?.[0]).toEqual({ url: "https://shop.example/0.js", id: "x".repeat(64) });
});

test("a thousand files are not read again for each error", () => {
  const files = Array.from({ length: 1000 }, (_, n) => `at https://shop.example/${n}.js:1:1`);
  vi.stubGlobal("_sojournDebugIds", Object.fromEntries(files.map((file) => [file, "id"])));
  const redactUrl = vi.fn((url: string) => url);
  const { add } = setUp({ redactUrl });
  add(new Error("first"));
  expect(redactUrl.mock.calls.length).toBeGreaterThanOrEqual(1000);
  redactUrl.mockClear();
  add(new Error("second"));
  expect(redactUrl.mock.calls.length).toBeLessThan(100);
});

test("a map that is none does not cost the error", () => {
  vi.stubGlobal("_sojournDebugIds", { "no position": 1, "": null });
  const { add, kept } = setUp();
  add(new Error("kept"));
  expect(kept()).toHaveLength(1);
  expect(kept()[0]?.error_debug_ids).toBeUndefined();
});
