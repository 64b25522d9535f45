import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SDK } from "./version.js";

test("beacons carry the version of the package", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(SDK.version).toBe(version);
});
