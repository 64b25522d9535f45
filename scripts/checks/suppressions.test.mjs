import { expect, test } from "vitest";
import { suppressionProblems } from "./suppressions.mjs";

const problems = (text) => suppressionProblems({ path: "a.ts", text });

test.each([
  "// biome-ignore lint/suspicious/noExplicitAny",
  "// biome-ignore lint/suspicious/noExplicitAny:",
  "// biome-ignore lint/suspicious/noExplicitAny: <explanation>",
  "// biome-ignore-all lint: x",
  "// @ts-ignore",
  "// @ts-ignore because I say so",
  "// @ts-nocheck",
  "// @ts-expect-error",
])("%s is refused", (line) => {
  expect(problems(`const a = 1;\n${line}`)).toEqual([expect.stringMatching(/^a\.ts:2: /)]);
});

test.each([
  "// biome-ignore lint/a11y/useSemanticElements: the platform has no element for this",
  "// @ts-expect-error a word is not accepted where a number is meant",
  "const ignore = true;",
])("%s passes", (line) => {
  expect(problems(line)).toEqual([]);
});
