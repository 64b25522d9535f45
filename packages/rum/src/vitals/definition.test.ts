import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { DEFINITION } from "./index.js";

test("vitals say the version of the library that measured them", () => {
  const library = createRequire(import.meta.url).resolve("web-vitals");
  const { name, version } = JSON.parse(readFileSync(new URL("../package.json", `file://${library}`), "utf8"));
  expect(DEFINITION).toBe(`${name}@${version.split(".").slice(0, 2).join(".")}`);
});
