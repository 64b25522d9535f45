import { expect, test } from "vitest";
import { isInstalled } from "./install.mjs";

const react = { version: "1.0.0", integrity: "sha512-a" };
const link = { resolved: "packages/core", link: true };
const lock = (packages) => ({
  packages: { "": { version: "0.1.0" }, "packages/core": { version: "0.1.0" }, ...packages },
});
const wanted = lock({ "node_modules/a": react, "node_modules/@sojourn/core": link });
const present = {
  packages: { "node_modules/a": react, "node_modules/@sojourn/core": link, "packages/core": { version: "0.1.0" } },
};

test("what the lockfile wants and npm recorded is installed", () => {
  expect(isInstalled(wanted, present)).toBe(true);
});

test("a package that is missing, older, of another content or no longer wanted is not", () => {
  const withA = (entry) => ({ packages: { ...present.packages, "node_modules/a": entry } });
  expect(isInstalled(wanted, { packages: { "node_modules/@sojourn/core": link } })).toBe(false);
  expect(isInstalled(wanted, withA({ ...react, version: "0.9.0" }))).toBe(false);
  expect(isInstalled(wanted, withA({ ...react, integrity: "sha512-b" }))).toBe(false);
  expect(isInstalled(wanted, { packages: { ...present.packages, "node_modules/b": react } })).toBe(false);
});

test("an optional package for another system may be missing", () => {
  const more = lock({
    "node_modules/a": react,
    "node_modules/@sojourn/core": link,
    "node_modules/win32": { ...react, optional: true },
  });
  expect(isInstalled(more, present)).toBe(true);
});
