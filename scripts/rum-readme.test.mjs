import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allFeatures } from "../packages/rum/dist/features.js";
import { createRum } from "../packages/rum/dist/index.js";
import { OPTIONS } from "../packages/rum/dist/options.js";
import { ROOT } from "./lib/root.mjs";

const readme = () => readFile(join(ROOT, "packages/rum/README.md"), "utf8");

test("the SDK's README names every option, and every method", async () => {
  const text = await readme();
  const features = allFeatures().flatMap((feature) => Object.keys(("options" in feature && feature.options) || {}));
  const options = [...Object.keys(OPTIONS), ...features];
  expect(options.length).toBeGreaterThan(20);
  expect(options.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  const methods = Object.entries(createRum()).flatMap(([name, value]) => (typeof value === "function" ? name : []));
  expect(methods.length).toBeGreaterThan(20);
  expect(methods.filter((name) => !text.includes(`\`${name}(`))).toEqual([]);
});

test("every entry of the package that the README imports is there, and can be imported on a server", async () => {
  const { exports } = JSON.parse(await readFile(join(ROOT, "packages/rum/package.json"), "utf8"));
  const named = [...(await readme()).matchAll(/@sojourn\/rum(\/[\w.]+)?[`"]/g)].map(([, path = ""]) => `.${path}`);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((path) => !(path in exports))).toEqual([]);
  const before = Object.keys(globalThis).sort();
  for (const [path, entry] of Object.entries(exports)) {
    if (path.endsWith(".js")) continue;
    expect(Object.keys(await import(join(ROOT, "packages/rum", entry.default))), path).not.toEqual([]);
  }
  expect(Object.keys(globalThis).sort()).toEqual(before);
});
