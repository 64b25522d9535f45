import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { snippet } from "../packages/rum/dist/snippet/index.js";
import { ROOT } from "./lib/root.mjs";

const SHOWN = {
  src: "https://rum.example/sojourn.js",
  init: { applicationId: "shop", clientToken: "pub-…", endpoint: "https://rum.example/v1/rum" },
};

test("what a page carries weighs at most 800 bytes, its nonce, hash, addresses and token included", () => {
  const html = snippet({ ...SHOWN, nonce: "x".repeat(24), integrity: `sha384-${"x".repeat(64)}` });
  expect(Buffer.byteLength(html)).toBeGreaterThan(400);
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(800);
});

test("the README shows the snippet as it is", async () => {
  expect(await readFile(join(ROOT, "packages/rum/README.md"), "utf8")).toContain(`\n${snippet(SHOWN)}\n`);
});
