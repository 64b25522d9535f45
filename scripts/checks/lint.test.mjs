import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../lib/root.mjs";
import { temporaryFolder } from "../lib/temporary.mjs";
import { checkLint } from "./lint.mjs";

async function problemsOf(text) {
  const root = await temporaryFolder({ "biome.json": "{}\n", "a.js": text });
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  return checkLint(root);
}

test("formatted code passes", async () => {
  expect(await problemsOf("export const a = 1;\n")).toEqual([]);
});

test.each([
  ["badly formatted", "export const   a = 1;\n"],
  ["faulty", "export const a = 1;\na = 2;\n"],
  ["merely suspicious", "export function f(unused) {}\nlet a = 1;\n"],
])("code that is %s is reported with its file", async (_what, text) => {
  expect(await problemsOf(text)).toEqual([expect.stringContaining("a.js")]);
});
