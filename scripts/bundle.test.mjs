import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "acorn";
import { expect, test } from "vitest";
import { bundleOf, sizes } from "../bench/lib/bundle.mjs";
import { CORE_GATE, SIZE_GATE } from "../bench/size.mjs";
import { INTERNAL_NAMES } from "./lib/internal-names.mjs";
import { ROOT } from "./lib/root.mjs";

/** Made by the build, which comes before the tests. */
const file = () => readFile(join(ROOT, "packages/rum/dist/sojourn.js"), "utf8");

test("the CDN file stays under its gate", async () => {
  const { length } = gzipSync(await file(), { level: 9 });
  expect(length).toBeGreaterThan(2000);
  expect(length).toBeLessThanOrEqual(SIZE_GATE);
});

test("an SDK of sessions, views, errors and delivery alone stays under its gate, and contains nothing else", {
  timeout: 30_000,
}, async () => {
  const text = await bundleOf(["errors"]);
  const { gzip } = sizes(text);
  expect(gzip).toBeGreaterThan(2000);
  expect(gzip).toBeLessThanOrEqual(CORE_GATE);
  for (const other of ["traceparent", "largest-contentful-paint", "action_name", "resource_url", "long-animation"]) {
    expect(text).not.toContain(other);
  }
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

test("developer tools are told to pass over all of the CDN file", async () => {
  const map = JSON.parse(await readFile(join(ROOT, "packages/rum/dist/sojourn.js.map"), "utf8"));
  expect(map.sources.length).toBeGreaterThan(10);
  expect(map.x_google_ignoreList).toEqual(map.sources.map((/** @type {string} */ _, /** @type {number} */ i) => i));
});

test("the CDN file is plain ASCII, which means the same in a page of any encoding", async () => {
  expect(/[^\0-\x7f]/.exec(await file())).toBeNull();
});

/**
 * What hooks are given, calls are given or answer, lists in events hold, pages keep for those of another version, and types
 * of the browser's entries are handled by: objects beside the tables of the model.
 */
const TOLD = `
  id type created expire confirmed name email url position invoker invoker_type start duration forced_layout pause function
  message stack cause frames x y types selector target context key startTime componentStack handled source session_id
  traceId spanId sampled session user traceparent tracestate baggage testId resultId q e l sojourn err rate erate new
  early rage dead error sdk v page sessions views users events sent_at application_id k body at tab navigation paint event
`
  .trim()
  .split(/\s+/);

test("no name that the CDN file shortens is one that somebody else knows", async () => {
  const dist = (/** @type {string} */ path) => import(join(ROOT, "packages", path));
  const [{ allFeatures }, { createRum }, { OPTIONS }, model] = await Promise.all(
    ["rum/dist/features.js", "rum/dist/index.js", "rum/dist/options.js", "core/dist/model/index.js"].map(dist),
  );
  const tables = [model.ENVELOPE, model.VIEW_CONTEXT, model.USER_CONTEXT, model.SESSION_BLOCK, model.PAGE_CONTEXT];
  const known = new Set(
    [OPTIONS, createRum(), ...allFeatures().map(({ options = {} }) => options), ...tables].flatMap(Object.keys),
  );
  for (const fields of Object.values(model.EVENT_FIELDS)) for (const name of Object.keys(fields)) known.add(name);
  for (const name of TOLD) known.add(name);
  expect(known.size).toBeGreaterThan(200);
  expect(INTERNAL_NAMES.filter((name) => known.has(name))).toEqual([]);
  const text = await file();
  expect(INTERNAL_NAMES.filter((name) => new RegExp(`\\.${name}\\b|[{,]${name}:`).test(text))).toEqual([]);
});
