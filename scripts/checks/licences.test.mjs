import { expect, test } from "vitest";
import { isPermitted, licenceProblems } from "./licences.mjs";

const none = new Set();
const lock = (name, entry) => ({ packages: { "": {}, [`node_modules/${name}`]: { version: "1.0.0", ...entry } } });

test("a choice that is permitted permits, a duty that is not refuses", () => {
  expect(isPermitted("MIT")).toBe(true);
  expect(isPermitted("(MIT OR GPL-3.0-only)")).toBe(true);
  expect(isPermitted("MIT AND Apache-2.0")).toBe(true);
  expect(isPermitted("MIT AND GPL-3.0-only")).toBe(false);
  expect(isPermitted("MIT OR (ISC AND GPL-2.0)")).toBe(false);
});

test.each([
  "AGPL-3.0-or-later",
  "GPL-3.0-only",
  "SSPL-1.0",
  "BUSL-1.1",
  "UNLICENSED",
  "SEE LICENSE IN x",
  "MIT-like",
  "",
])("%s is refused in what ships", (license) => expect(licenceProblems(lock("a", { license }), none)).toHaveLength(1));

test("a package without a licence is refused", () => {
  expect(licenceProblems(lock("a", {}), none)[0]).toContain("licence unknown");
});

test("a tool of the developers may have another licence, unless it is bundled into what ships", () => {
  const tool = lock("tool", { license: "MPL-2.0", dev: true });
  expect(licenceProblems(tool, none)).toEqual([]);
  expect(licenceProblems(tool, new Set(["tool"]))).toHaveLength(1);
});

test("ua-parser-js 2 is refused whatever it says, 1 is not", () => {
  const of = (version) => licenceProblems(lock("ua-parser-js", { version, license: "MIT", dev: true }), none);
  expect(of("2.0.0")[0]).toContain("AGPL");
  expect(of("10.0.0")).toHaveLength(1);
  expect(of("1.0.41")).toEqual([]);
});

test("a nested copy of a package is looked at too", () => {
  expect(licenceProblems(lock("a/node_modules/b", { license: "GPL-2.0" }), none)).toHaveLength(1);
});
