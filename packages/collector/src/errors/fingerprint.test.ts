import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.js";
import { parseStack } from "./stack.js";

interface Case {
  type?: string;
  message?: string;
  stack?: string;
  source?: string;
}

const group = ({ type, message = "it broke", stack = "", source = "source" }: Case): string =>
  fingerprintOf({ error_message: message, error_type: type, error_source: source }, parseStack(stack));

const APP = "https://shop.example/assets/app-Bx3_a9Zk.js";

/** The same mistakes as Chromium 156, Firefox 153 and WebKitGTK 2.5 tell them. */
test.each<[string, string, [string, string, string][]]>([
  [
    "a property of nothing",
    "TypeError",
    [
      [
        "TypeError",
        "Cannot read properties of undefined (reading 'total')",
        `TypeError: Cannot\n    at Object.property (${APP}:3:52)\n    at later (${APP}:8:45)`,
      ],
      [
        "TypeError",
        `can't access property "total", cart is undefined`,
        `property@${APP}:3:40\nlater@${APP}:8:45\nsetTimeout handler*@${APP}:8:13`,
      ],
      ["TypeError", "undefined is not an object (evaluating 'cart.total')", `property@${APP}:3:51\nlater@${APP}:8:44`],
    ],
  ],
  [
    "a call of no function",
    "",
    [
      ["TypeError", "cart.total is not a function", `    at new Cart (${APP}:3:52)`],
      ["TypeError", "cart.total is not a function", `Cart@${APP}:3:40`],
      ["TypeError", "cart.total is not a function. (In 'cart.total()', 'cart.total' is 3)", `Cart@${APP}:3:51`],
    ],
  ],
  [
    "no such variable",
    "",
    [
      ["ReferenceError", "nowhere is not defined", `    at ${APP}:5:18`],
      ["ReferenceError", "nowhere is not defined", `@${APP}:5:18`],
      ["ReferenceError", "Can't find variable: nowhere", `global code@${APP}:5:32`],
    ],
  ],
  [
    "too deep a recursion",
    "",
    [
      [
        "RangeError",
        "Maximum call stack size exceeded",
        `    at down (${APP}:16:30)\n${`    at down (${APP}:16:42)\n`.repeat(9)}`,
      ],
      ["InternalError", "too much recursion", `down@${APP}:16:35\n${`down@${APP}:16:42\n`.repeat(60)}`],
      ["RangeError", "Maximum call stack size exceeded.", `down@${APP}:16:46\n`.repeat(40)],
    ],
  ],
  [
    "no JSON",
    "",
    [
      [
        "SyntaxError",
        "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
        `    at JSON.parse (<anonymous>)\n    at json (${APP}:17:24)`,
      ],
      [
        "SyntaxError",
        "JSON.parse: end of data while reading object contents at line 1 column 2 of the JSON data",
        `json@${APP}:17:24`,
      ],
      ["SyntaxError", "JSON Parse error: Expected '}'", `parse@[native code]\njson@${APP}:17:29`],
    ],
  ],
  [
    "no answer of a server",
    "",
    [
      ["TypeError", "Failed to fetch", ""],
      ["TypeError", "NetworkError when attempting to fetch resource.", ""],
      ["TypeError", "Load failed", ""],
    ],
  ],
  [
    "a throw in a callback",
    "",
    [
      ["Error", "in map", `    at ${APP}:9:46\n    at Array.map (<anonymous>)\n    at native (${APP}:9:25)`],
      ["Error", "in map", `native/<@${APP}:9:46\nnative@${APP}:9:25`],
      ["Error", "in map", `@${APP}:9:55\nmap@[native code]\nnative@${APP}:9:28`],
    ],
  ],
])("%s is one defect in three engines", (_what, _type, engines) => {
  const groups = engines.map(([type, message, stack]) => group({ type, message, stack }));
  expect(new Set(groups).size).toBe(1);
});

test.each<[string, string, string]>([
  ["https://shop.example/app.3f9a2b.js", "https://cdn.example/app.77c01d.js", "content hashes and origins"],
  ["https://shop.example/assets/index-DiwrgTda.js", "https://shop.example/assets/index-B_x-3kD9.js", "Vite's hashes"],
  [
    "https://x.example/static/js/main.3f9a2b1c.chunk.js",
    "https://x.example/static/js/main.0b1c2d3e.chunk.js",
    "webpack's hashes",
  ],
  ["https://x.example/chunk-2YXK3FQZ.js", "https://x.example/chunk-ABCDEFGH.js", "esbuild's hashes"],
  ["https://x.example/app.js?v=17", "https://x.example/app.js?v=18#x", "queries"],
  ["https://x.example/orders/1234", "https://x.example/orders/77", "scripts in pages of one group"],
  ["https://x.example/lib-3.6.0.min.js", "https://x.example/lib-3.7.1.min.js", "versions"],
])("%s and %s are one file: %s", (one, other) => {
  expect(group({ stack: `    at buy (${one}:1:20)` })).toBe(group({ stack: `    at buy (${other}:9:3)` }));
});

test.each([
  ["Order 1234 not found", "Order 99 not found"],
  ["user 3f9a2b1c-0d4e-4f5a-8b6c-7d8e9f0a1b2c is gone", "user 0b1c2d3e-0d4e-4f5a-8b6c-7d8e9f0a1b2c is gone"],
  ["GET https://api.example/a?b=c failed", "GET https://api.example/x/y failed"],
  [`no "tea" in 'cart'`, `no "milk" in 'basket'`],
  ["Timeout  after 3.5s", "timeout after 12s"],
])("%s and %s are one message", (one, other) => {
  expect(group({ message: one })).toBe(group({ message: other }));
});

test.each<[string, Case, Case]>([
  ["messages", { message: "no price" }, { message: "no stock" }],
  ["types", { type: "TypeError" }, { type: "PriceError" }],
  ["functions", { stack: `    at buy (${APP}:1:1)` }, { stack: `    at sell (${APP}:1:1)` }],
  ["files", { stack: "    at buy (https://x.example/a.js:1:1)" }, { stack: "    at buy (https://x.example/b.js:1:1)" }],
  [
    "words with a digit in a file",
    { stack: "    at f (https://x.example/v1.js:1:1)" },
    { stack: "    at f (https://x.example/v2.js:1:1)" },
  ],
  [
    "files that did not load",
    { source: "network", message: "img failed to load: https://x.example/a.png" },
    { source: "network", message: "img failed to load: https://x.example/b.png" },
  ],
  [
    "hosts that a policy blocks",
    { source: "report", message: "img-src: https://a.example/ (enforce)" },
    { source: "report", message: "img-src: https://b.example/ (enforce)" },
  ],
  [
    "what an application says of a user",
    { type: "Error", message: "user is null" },
    { type: "Error", message: "cart is null" },
  ],
])("%s tell errors apart", (_what, one, other) => {
  expect(group(one)).not.toBe(group(other));
});

test("how deep a recursion went does not matter", () => {
  const stack = (depth: number) => `${`    at down (${APP}:1:20)\n`.repeat(depth)}    at buy (${APP}:9:9)`;
  expect(group({ stack: stack(1) })).toBe(group({ stack: stack(2) }));
  expect(group({ stack: stack(1) })).toBe(group({ stack: stack(40) }));
});

test("names that a minifier made do not tell releases apart", () => {
  const stack = (name: string) => `    at ${name} (${APP}:1:20)`;
  expect(group({ stack: stack("t") })).toBe(group({ stack: stack("e.r") }));
  expect(group({ stack: stack("t") })).toBe(group({ stack: stack("Object.<anonymous>") }));
});

test("a file of a failed element is the same with another hash or query", () => {
  const failed = (url: string) => group({ source: "network", message: `script failed to load: ${url}` });
  expect(failed("https://x.example/app.3f9a2b.js?v=1")).toBe(failed("https://x.example/app.77c01d.js"));
});

test("where code of extensions stands between does not matter", () => {
  const own = `    at buy (${APP}:1:20)`;
  expect(group({ stack: `    at f (chrome-extension://abc/x.js:1:1)\n${own}` })).toBe(group({ stack: own }));
});

test("any error has a group, always the same one", () => {
  const text = fc.string({ unit: "binary", maxLength: 2000 });
  fc.assert(
    fc.property(text, text, text, (type, message, stack) => {
      const found = group({ type, message, stack });
      expect(found).toMatch(/^[0-9a-f]{32}$/);
      expect(group({ type, message, stack })).toBe(found);
    }),
  );
});

test("an error made to be slow is not", () => {
  for (const unit of ["a", "1", "'", '"', "a1-", "://", "a://", " in json", " is null", "-", ".", "/", "é", "\u0000"]) {
    const hostile = unit.repeat(16_384 / unit.length);
    const stack = `    at ${hostile} (https://x.example/${hostile}:1:2)`;
    for (let round = 0; round < 20; round++) group({ type: "TypeError", message: hostile, stack });
  }
});
