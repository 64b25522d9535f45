import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "acorn";
import { expect, test } from "vitest";
import { SIZE_GATE } from "../bench/size.mjs";
import { ROOT } from "./lib/root.mjs";

/** Made by the build, which comes before the tests. */
const file = () => readFile(join(ROOT, "packages/rum/dist/sojourn.js"), "utf8");

test("the CDN file weighs at most 22 KB gzip", async () => {
  const { length } = gzipSync(await file(), { level: 9 });
  expect(length).toBeGreaterThan(2000);
  expect(length).toBeLessThanOrEqual(SIZE_GATE);
});

test("the CDN file is one classic script that ES2020 can read", async () => {
  expect(() => parse("a ||= b", { ecmaVersion: 2020 })).toThrow();
  const text = await file();
  expect(() => parse(text, { ecmaVersion: 2020, sourceType: "script" })).not.toThrow();
});

test("the CDN file leaves no name in the page but its own", async () => {
  const { body } = parse(await file(), { ecmaVersion: 2020, sourceType: "script" });
  expect(body.map((statement) => statement.type)).toEqual(["ExpressionStatement"]);
});

test("the CDN file says whose it is and under which licence", async () => {
  expect((await file()).split("\n")[0]).toMatch(/^\/\*! Sojourn .*Apache-2\.0/);
});

test("the CDN file is plain ASCII, which means the same in a page of any encoding", async () => {
  expect(/[^\0-\x7f]/.exec(await file())).toBeNull();
});
