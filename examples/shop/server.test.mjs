import { expect, test } from "vitest";
import { PRODUCTS } from "./products.mjs";
import { createShop } from "./server.mjs";

const origin = "http://shop.example";

function openShop() {
  /** @type {number[]} */
  const waits = [];
  const handle = createShop({
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
    },
  });
  /** @param {string} path @param {RequestInit} [init] */
  const ask = async (path, init) => handle(new Request(origin + path, init));
  /** @param {string} path @param {unknown} body */
  const post = (path, body) => ask(path, { method: "POST", body: JSON.stringify(body) });
  return { ask, post, waits };
}

test.each(["/", "/products", "/products/101", "/cart", "/checkout"])("serves its page at %s", async (path) => {
  const answer = await openShop().ask(path);
  expect(answer?.status).toBe(200);
  expect(answer?.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await answer?.text()).toContain('src="/sojourn.js"');
});

test.each([
  ["/app.js", "text/javascript; charset=utf-8"],
  ["/style.css", "text/css; charset=utf-8"],
  ["/images/backpack.svg", "image/svg+xml"],
  ["/images/coast.png", "image/png"],
])("serves %s as %s", async (path, type) => {
  const answer = await openShop().ask(path);
  expect(answer?.status).toBe(200);
  expect(answer?.headers.get("content-type")).toBe(type);
});

test("has a picture for every product", async () => {
  const { ask } = openShop();
  for (const { image } of PRODUCTS) expect((await ask(image))?.status, image).toBe(200);
});

test.each([
  "/v1/rum",
  "/sojourn.js",
  "/dashboard/",
  "/server.mjs",
  "/..%2fserver.mjs",
  "/images/..%2f..%2fserver.mjs",
  "/images/%2e%2e/%2e%2e/server.mjs",
  "/images",
  "/products/abc",
  "/__proto__",
])("leaves %s to others", async (path) => {
  expect(await openShop().ask(path)).toBeUndefined();
});

test("answers the list of products and one product", async () => {
  const { ask } = openShop();
  const list = await (await ask("/api/products"))?.json();
  expect(list.items).toHaveLength(PRODUCTS.length);
  const one = await (await ask("/api/products/103"))?.json();
  expect(one.name).toBe("Camp lantern");
  expect((await ask("/api/products/999"))?.status).toBe(404);
});

test("adds a known product to the cart and refuses anything else", async () => {
  const { ask, post } = openShop();
  const added = await post("/api/cart", { id: 102, quantity: 2 });
  expect(added?.status).toBe(201);
  expect(await added?.json()).toMatchObject({ id: 102, quantity: 2, cents: 3200 });
  expect((await post("/api/cart", { id: 1 }))?.status).toBe(400);
  expect((await post("/api/cart", { id: 102, quantity: 1e9 }))?.status).toBe(400);
  expect((await post("/api/cart", null))?.status).toBe(400);
  expect((await ask("/api/cart", { method: "POST", body: "{" }))?.status).toBe(400);
  expect((await post("/api/cart", { id: 102, note: "x".repeat(5000) }))?.status).toBe(400);
});

test("takes an order with items only", async () => {
  const { post } = openShop();
  expect((await post("/api/orders", { items: [{ id: 101, quantity: 1 }] }))?.status).toBe(201);
  expect((await post("/api/orders", { items: [] }))?.status).toBe(400);
});

test("answers the slow request after 1.5 s", async () => {
  const { ask, waits } = openShop();
  expect((await ask("/api/slow"))?.status).toBe(200);
  expect(waits).toEqual([1500]);
});

test("stops waiting when the visitor leaves", async () => {
  const answer = await openShop().ask("/api/slow", { signal: AbortSignal.abort() });
  expect(answer?.status).toBe(408);
});

test("fails the failing request with 500", async () => {
  expect((await openShop().ask("/api/fail"))?.status).toBe(500);
});

test("refuses other methods and names the accepted ones", async () => {
  const { ask } = openShop();
  const answer = await ask("/api/products", { method: "DELETE" });
  expect(answer?.status).toBe(405);
  expect(answer?.headers.get("allow")).toBe("GET, HEAD");
  expect((await ask("/api/cart"))?.headers.get("allow")).toBe("POST");
});
