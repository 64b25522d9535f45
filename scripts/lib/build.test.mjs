import { expect, test } from "vitest";
import { fingerprint } from "./build.mjs";
import { temporaryFolder, writeFiles } from "./temporary.mjs";

const repository = () =>
  temporaryFolder({
    "package.json": '{"workspaces":["packages/core","packages/collector"]}',
    "package-lock.json": "{}",
    "packages/core/package.json": "{}",
    "packages/core/src/deep/a.ts": "export const a = 1;",
    "packages/collector/migrations/001_first.sql": "SELECT 1",
  });

test("unchanged sources have the same fingerprint, whenever they were written", async () => {
  expect(await fingerprint(await repository())).toBe(await fingerprint(await repository()));
});

test.each([
  ["a source", "packages/core/src/deep/a.ts"],
  ["a new file", "packages/core/src/b.ts"],
  ["a migration", "packages/collector/migrations/001_first.sql"],
  ["a package's configuration", "packages/core/tsconfig.json"],
  ["the lockfile", "package-lock.json"],
])("%s changes it", async (_what, path) => {
  const root = await repository();
  const before = await fingerprint(root);
  await writeFiles(root, { [path]: "changed" });
  expect(await fingerprint(root)).not.toBe(before);
});

test.each([
  ["a test", "packages/core/src/a.test.ts"],
  ["what a build made", "packages/core/dist/a.js"],
])("%s does not change it", async (_what, path) => {
  const root = await repository();
  const before = await fingerprint(root);
  await writeFiles(root, { [path]: "changed" });
  expect(await fingerprint(root)).toBe(before);
});
