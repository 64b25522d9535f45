import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../lib/root.mjs";
import { temporaryFolder } from "../lib/temporary.mjs";
import { checkTypes } from "./types.mjs";

const project = (file) => JSON.stringify({ files: [file], compilerOptions: { strict: true, noEmit: true, types: [] } });

async function problemsOf(files) {
  const root = await temporaryFolder({
    "tsconfig.json": project("package.ts"),
    "tsconfig.check.json": project("tests.ts"),
    "scripts/tsconfig.json": project("script.ts"),
    "package.ts": "export {};",
    "tests.ts": "export {};",
    "scripts/script.ts": "export {};",
    ...files,
  });
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  return checkTypes(root);
}

test("correct types pass", async () => {
  expect(await problemsOf({})).toEqual([]);
});

test.each(["package.ts", "tests.ts", "scripts/script.ts"])(
  "a wrong type in %s is reported with its place",
  async (path) => {
    expect(await problemsOf({ [path]: 'export const a: number = "text";' })).toEqual([
      expect.stringContaining(`${path}(1,14)`),
    ]);
  },
);
