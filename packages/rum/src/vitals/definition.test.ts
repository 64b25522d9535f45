import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { DEFINITION } from "./index.js";

test("the figures are defined as by the version of the library that they are compared with", () => {
  const library = createRequire(import.meta.url).resolve("web-vitals");
  const { name, version } = JSON.parse(readFileSync(new URL("../package.json", `file://${library}`), "utf8"));
  expect(DEFINITION).toBe(`${name}@${version.split(".").slice(0, 2).join(".")}`);
});
