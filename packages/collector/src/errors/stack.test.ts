import fc from "fast-check";
import { expect, test } from "vitest";
import { type Frame, parseStack } from "./stack.js";

const URL = "https://shop.example/assets/app.js";

/** function, file, line, column */
type Short = [string | undefined, string | undefined, number?, number?];
const short = (frame: Frame): Short => {
  const { function: name, file, line, column } = frame;
  return column === undefined ? (line === undefined ? [name, file] : [name, file, line]) : [name, file, line, column];
};

test.each<[string, string, Short | undefined]>([
  // V8
  ["a function", `    at buy (${URL}:10:15)`, ["buy", URL, 10, 15]],
  ["no name", `    at ${URL}:10:15`, [undefined, URL, 10, 15]],
  ["a method", `    at Cart.total [as sum] (${URL}:1:2)`, ["Cart.total [as sum]", URL, 1, 2]],
  ["a constructor", `    at new Cart (${URL}:1:2)`, ["new Cart", URL, 1, 2]],
  ["a getter", `    at get total (${URL}:1:2)`, ["get total", URL, 1, 2]],
  ["a nameless function of an object", `    at Object.<anonymous> (${URL}:1:2)`, ["Object.<anonymous>", URL, 1, 2]],
  ["an async function", `    at async buy (${URL}:1:2)`, ["buy", URL, 1, 2]],
  ["an async place", `    at async ${URL}:1:2`, [undefined, URL, 1, 2]],
  ["Promise.all", "    at async Promise.all (index 0)", ["Promise.all", undefined]],
  ["a native method", "    at Array.map (<anonymous>)", ["Array.map", undefined]],
  ["an older native method", "    at Array.forEach (native)", ["Array.forEach", undefined]],
  ["code without a file", "    at property (<anonymous>:3:52)", ["property", "<anonymous>", 3, 52]],
  ["code without a file or name", "    at <anonymous>:9:46", [undefined, "<anonymous>", 9, 46]],
  ["eval", `    at eval (eval at buy (${URL}:6:19), <anonymous>:1:6)`, ["eval", URL, 6, 19]],
  [
    "eval in eval",
    `    at eval (eval at <anonymous> (eval at buy (${URL}:7:25)), <anonymous>:1:6)`,
    ["eval", URL, 7, 25],
  ],
  ["eval of a driver", "    at add (eval at evaluate (:370:30), <anonymous>:2:46)", ["add", undefined, 370, 30]],
  [
    "WebAssembly",
    "    at wasm://wasm/e30a2672:wasm-function[0]:0x1e",
    ["wasm-function[0]", "wasm://wasm/e30a2672", undefined, 30],
  ],
  [
    "WebAssembly with a name",
    "    at main (wasm://wasm/e30a2672:wasm-function[12]:0xff)",
    ["wasm-function[12]", "wasm://wasm/e30a2672", undefined, 255],
  ],
  ["an extension", "    at f (chrome-extension://abc/inject.js:1:2)", ["f", "chrome-extension://abc/inject.js", 1, 2]],
  ["a file on Windows", "    at f (file:///C:/page.html:3:4)", ["f", "file:///C:/page.html", 3, 4]],
  ["a bare path on Windows", "    at f (C:\\app\\main.js:3:4)", ["f", "C:\\app\\main.js", 3, 4]],
  [
    "a blob",
    "    at run (blob:https://shop.example/0c14a7fa-5178-4522-aca9-938d8db4acbb:1:46)",
    ["run", "blob:https://shop.example/0c14a7fa-5178-4522-aca9-938d8db4acbb", 1, 46],
  ],
  ["parentheses in a path", "    at f (https://x.example/a(1).js:3:4)", ["f", "https://x.example/a(1).js", 3, 4]],
  ["a port", "    at f (http://localhost:8650/a.js:3:4)", ["f", "http://localhost:8650/a.js", 3, 4]],
  ["a redacted query", `    at f (${URL}?token=REDACTED:3:4)`, ["f", `${URL}?token=REDACTED`, 3, 4]],
  ["a line without a column", `    at f (${URL}:3)`, ["f", URL, 3]],
  // Firefox
  ["a function of Firefox", `buy@${URL}:10:15`, ["buy", URL, 10, 15]],
  ["no name in Firefox", `@${URL}:10:15`, [undefined, URL, 10, 15]],
  ["a nameless function in one of Firefox", `buy/<@${URL}:1:2`, ["buy/<", URL, 1, 2]],
  ["an async call of Firefox", `async*buy@${URL}:1:2`, ["buy", URL, 1, 2]],
  ["a timer of Firefox", `setTimeout handler*buy@${URL}:1:2`, ["buy", URL, 1, 2]],
  ["a nameless caller of Firefox", `promise callback*@${URL}:1:2`, [undefined, URL, 1, 2]],
  ["eval of Firefox", `@${URL} line 6 > eval:1:1`, [undefined, URL, 6]],
  ["eval in eval of Firefox", `f@${URL} line 7 > eval line 1 > eval:1:1`, ["f", URL, 7]],
  ["a made function of Firefox", `anonymous@${URL} line 8 > Function:3:1`, ["anonymous", URL, 8]],
  [
    "WebAssembly of Firefox",
    `@${URL} line 21 > WebAssembly.Module:wasm-function[0]:0x1e`,
    ["wasm-function[0]", URL, undefined, 30],
  ],
  ["Firefox's own code", "map@self-hosted:225:23", ["map", "self-hosted", 225, 23]],
  ["an extension of Firefox", "f@moz-extension://abc/a.js:1:2", ["f", "moz-extension://abc/a.js", 1, 2]],
  ["a package's scope", "f@https://cdn.example/@shop/cart.js:1:2", ["f", "https://cdn.example/@shop/cart.js", 1, 2]],
  // WebKit
  ["the script itself of WebKit", `global code@${URL}:1:2`, ["global code", URL, 1, 2]],
  ["a module of WebKit", `module code@${URL}:1:2`, ["module code", URL, 1, 2]],
  ["native code of WebKit", "map@[native code]", ["map", undefined]],
  ["WebAssembly of WebKit", "0@<?>:wasm-function[0]", ["wasm-function[0]", undefined]],
  ["older WebAssembly of WebKit", "<?>.wasm-function[3]@[wasm code]", ["<?>.wasm-function[3]", undefined]],
  ["eval of WebKit", "eval code@", ["eval code", undefined]],
  ["code that WebKit tells nothing of", "@", undefined],
  ["a place alone of WebKit", `${URL}:1:2`, [undefined, URL, 1, 2]],
  [
    "a place alone in a scope",
    "https://cdn.example/@shop/a.js:1:2",
    [undefined, "https://cdn.example/@shop/a.js", 1, 2],
  ],
  ["what Safari hides", "f@webkit-masked-url://hidden/:1:2", ["f", "webkit-masked-url://hidden/", 1, 2]],
  // None
  ["a message", "TypeError: Cannot read properties of undefined (reading 'total')", undefined],
  ["a message with a URL", "Error: GET https://shop.example/ failed", undefined],
  ["a message's second line", "at home", undefined],
  ["a message's address", "write to me@shop.example", undefined],
  ["nothing", "", undefined],
])("%s", (_what, line, expected) => {
  expect(parseStack(line).map(short)).toEqual(expected ? [expected] : []);
  expect(parseStack(`${line}\r\n`).map(short)).toEqual(expected ? [expected] : []);
});

test("a stack is its calls, innermost first, without its message", () => {
  const stack = `Error: multi
at home, line 2
    at Cart.total (${URL}:11:43)
    at Cart.of (${URL}:11:116)
    at ${URL}:14:1`;
  expect(parseStack(stack)).toEqual([
    { function: "Cart.total", file: URL, line: 11, column: 43 },
    { function: "Cart.of", file: URL, line: 11, column: 116 },
    { file: URL, line: 14, column: 1 },
  ]);
});

test("what only waited is marked", () => {
  const waits = (stack: string) => parseStack(stack).map(({ async }) => async);
  expect(waits(`    at f (${URL}:1:2)\n    at async g (${URL}:1:2)\n    at async ${URL}:1:2`)).toEqual([
    undefined,
    true,
    true,
  ]);
  expect(waits(`f@${URL}:1:2\nasync*g@${URL}:1:2\nsetTimeout handler*@${URL}:1:2`)).toEqual([undefined, true, true]);
});

test("fifty calls are kept, and names and files of bounded length", () => {
  const long = "x".repeat(5000);
  const frames = parseStack(`    at ${long} (https://x.example/${long}.js:1:2)\n`.repeat(200));
  expect(frames).toHaveLength(50);
  expect(frames[0]?.function).toHaveLength(200);
  expect(frames[0]?.file).toHaveLength(1024);
});

const piece = fc.constantFrom(
  ..."at |async |(|)|@|:|://|eval at | (eval at |<anonymous>| line | > eval|:wasm-function[|0x|*|1|999999999999|\n|https://x.example/a.js:1:2|/<| |[as |é|\u0000".split(
    "|",
  ),
);

test("whatever a stack holds, its frames are plain and bounded", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(piece, { maxLength: 60 }).map((all) => all.join("")),
      ),
      (stack) => {
        for (const frame of parseStack(stack)) {
          for (const value of [frame.line, frame.column]) {
            expect(value === undefined || (Number.isSafeInteger(value) && value >= 0)).toBe(true);
          }
          expect(frame).not.toEqual({});
          expect(frame.function).not.toBe("");
          expect(frame.file).not.toBe("");
        }
      },
    ),
  );
});

test("a stack made to be slow is not", () => {
  // Where a parser goes back and forth over 16,000 characters, this does not end before the test does.
  for (const unit of [
    "(",
    ")",
    "@",
    ":",
    " line ",
    " > ",
    "eval at (",
    "at ",
    "at (at (",
    ":1",
    "*",
    "\n@:",
    "a",
    "-",
    "<",
  ]) {
    const stack = `    at ${unit.repeat(16_384 / unit.length)}`;
    for (let round = 0; round < 20; round++) parseStack(stack);
  }
});
