import { join } from "node:path";
import { expect, test } from "vitest";
import { bundle, sizes } from "../bench/lib/bundle.mjs";
import { ROOT } from "./lib/root.mjs";

test("the session alone, with what it needs of core, weighs at most 5 KB gzip", async () => {
  const { gzip } = sizes(await bundle(join(ROOT, "bench/peers/session.mjs")));
  expect(gzip).toBeGreaterThan(2000);
  expect(gzip).toBeLessThanOrEqual(5 * 1024);
});
