import { expect, test } from "vitest";
import { moduleStateProblems } from "./module-state.mjs";

const problems = (text) => moduleStateProblems({ path: "packages/core/src/a.ts", text });

test.each([
  "let count = 0;",
  "export let count = 0;",
  "var count = 0;",
  "const seen = new Map();",
  "const seen: Map<string, number> = new Map();",
  "const seen = new WeakSet<object>();",
  "export const queue: string[] = [];",
  "const byName = {};",
])("%s is state that instances would share", (line) => {
  expect(problems(`// first\n${line}\n`)).toEqual([expect.stringMatching(/^packages\/core\/src\/a\.ts:2: /)]);
});

test.each([
  "const LIMIT = 3;",
  'const WORDS = new Set(["a"]);',
  "const TABLE = { a: 1 };",
  "  let inside = 0;",
  "export type A = {};",
  "letter();",
])("%s is none", (line) => {
  expect(problems(line)).toEqual([]);
});
