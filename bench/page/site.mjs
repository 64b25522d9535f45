import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { inflated } from "../lib/inflated.mjs";

/** A GIF of one pixel. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/**
 * @typedef {object} Variant a page under test
 * @property {string} name
 * @property {string} script what the page has inline, empty for the bare page
 * @property {string} init statements that start it
 */

/**
 * A server for the pages under test, with an intake that takes everything. Serves each variant at `/<index>/`.
 *
 * @param {readonly Variant[]} variants
 * @param {(path: string, body: Buffer) => void} [took] is told of every upload
 */
export async function startSite(variants, took) {
  const seen = { requests: 0, uploads: 0, uploadBytes: 0, facts: 0 };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://site");
    seen.requests += 1;
    if (request.method === "POST") {
      const body = await buffer(request);
      seen.uploads += 1;
      seen.uploadBytes += body.length;
      seen.facts += factsIn(body);
      took?.(url.pathname, body);
      return void response.writeHead(204).end();
    }
    if (url.pathname.startsWith("/image/"))
      return void response.writeHead(200, { "content-type": "image/gif" }).end(PIXEL);
    if (url.pathname.startsWith("/data/"))
      return void response.writeHead(200, { "content-type": "application/json" }).end("{}");
    const variant = variants[Number(/^\/(\d+)\//.exec(url.pathname)?.[1])];
    if (!variant) return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      // Isolation gives `performance.now()` 5 µs instead of 100 µs.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(page(variant));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the site has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @param {Variant} variant */
function page({ script, init }) {
  const buttons = Array.from(
    { length: 20 },
    (_, index) => `<li><article><button class="buy"><span>Buy number ${index}</span></button></article></li>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script>window.began = performance.now()</script>
<script>${script}</script>
<script>${init};window.initMs = performance.now() - window.began</script>
</head><body><main><ul>${buttons.join("")}</ul><div id="images"></div></main>
<script>${WORK}</script></body></html>`;
}

/** What the page itself does at a click: of 200 clicks 150 fetch, 100 show a picture, 20 change the route, 20 throw. */
const WORK = `
let clicks = 0;
document.querySelector("ul").addEventListener("click", () => {
  const click = clicks++;
  if (click % 4 < 3) fetch("/data/" + click).then((answer) => answer.json());
  if (click % 2 === 0) document.querySelector("#images").append(Object.assign(new Image(), { src: "/image/" + click }));
  if (click % 10 === 0) history.pushState({}, "", "/" + location.pathname.split("/")[1] + "/route/" + click);
  if (click % 10 === 5) throw new Error("broken at click " + click);
});`;

/**
 * How many things a body tells of. Bodies that are not ours count as none.
 *
 * @param {Buffer} body
 */
function factsIn(body) {
  try {
    return JSON.parse(inflated(body)).events.length;
  } catch {
    return 0;
  }
}
