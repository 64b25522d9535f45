import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/collector.js";
import { createAssets } from "./index.js";

let folder: string;
let remove: () => Promise<void>;
let assets: ReturnType<typeof createAssets>;

beforeAll(async () => {
  ({ path: folder, remove } = await temporaryDirectory());
  await mkdir(join(folder, "dist/assets"), { recursive: true });
  await writeFile(join(folder, "dist/index.html"), "<!doctype html><title>Sojourn</title>");
  await writeFile(join(folder, "dist/assets/app-3f9a1c7b.js"), "1");
  await writeFile(join(folder, "dist/app.js"), "2");
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(folder, "sojourn.js"), "var sojourn");
  assets = createAssets({ dashboard: join(folder, "dist/index.html"), sdk: join(folder, "sojourn.js") });
});
afterAll(() => remove());

const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const response = await assets(new Request(`http://c.test${path}`, init));
  if (!response) throw new Error(`${path} is not an asset`);
  return response;
};

test("serves the dashboard, and its page for every place in it", async () => {
  for (const path of ["/dashboard/", "/dashboard/sessions/123"]) {
    const response = await ask(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain("<title>Sojourn");
  }
  expect((await ask("/dashboard")).headers.get("location")).toBe("dashboard/");
});

test("lets the dashboard load nothing from elsewhere and be framed by nobody", async () => {
  const { headers } = await ask("/dashboard/");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("files with a hash in their name are kept for ever, others are asked for again", async () => {
  expect((await ask("/dashboard/assets/app-3f9a1c7b.js")).headers.get("cache-control")).toContain("immutable");
  expect((await ask("/dashboard/app.js")).headers.get("cache-control")).toBe("no-cache");
  const etag = (await ask("/dashboard/app.js")).headers.get("etag") ?? "";
  expect((await ask("/dashboard/app.js", { headers: { "if-none-match": etag } })).status).toBe(304);
});

test.each([
  "/dashboard/..%2fsecret.txt",
  "/dashboard/%2e%2e/secret.txt",
  "/dashboard/%2fetc%2fpasswd",
  "/dashboard/%00.txt",
  "/dashboard/%ff.txt",
  "/dashboard/none.js",
])("%s leads nowhere", async (path) => {
  const response = await assets(new Request(`http://c.test${path}`));
  expect(response?.status ?? 404).toBe(404);
});

test("any page may load the SDK", async () => {
  const response = await ask("/sojourn.js");
  expect(await response.text()).toBe("var sojourn");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
});

test("says what to do while nothing is built", async () => {
  const unbuilt = createAssets({ dashboard: join(folder, "no/index.html"), sdk: undefined });
  for (const path of ["/dashboard/", "/sojourn.js"]) {
    const response = await unbuilt(new Request(`http://c.test${path}`));
    expect(response?.status).toBe(503);
    expect(await response?.text()).toContain("npm run build");
  }
});

test("serves no other method and no other path", async () => {
  expect((await ask("/dashboard/", { method: "POST" })).status).toBe(405);
  expect(await assets(new Request("http://c.test/other"))).toBeUndefined();
});
