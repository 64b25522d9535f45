import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PRODUCTS } from "./products.mjs";

const PUBLIC = fileURLToPath(new URL("./public/", import.meta.url));
const PAGES = /^\/(?:|products|products\/\d{1,9}|cart|checkout)$/;
const MAX_BODY_BYTES = 4096;
const MAX_QUANTITY = 99;

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** @typedef {(request: Request, match: RegExpExecArray) => Response | Promise<Response>} Answer */
/** @typedef {{ method: "GET" | "POST", path: RegExp, answer: Answer }} Route */

/**
 * The demo shop: its pages, files and API, as one standard handler. Answers `undefined` for every address
 * that is not its own, so that it can stand behind another handler.
 *
 * @param {object} [options]
 * @param {(ms: number, signal: AbortSignal) => Promise<unknown>} [options.wait] How `/api/slow` waits; real time by default.
 * @returns {(request: Request) => Response | undefined | Promise<Response>}
 */
export function createShop({ wait = (ms, signal) => delay(ms, undefined, { signal }) } = {}) {
  const files = listFiles();

  /** @type {readonly Route[]} */
  const routes = [
    { method: "GET", path: PAGES, answer: () => serveFile(join(PUBLIC, "index.html")) },
    { method: "GET", path: /^\/api\/products$/, answer: () => json({ items: PRODUCTS }) },
    { method: "GET", path: /^\/api\/products\/(\d{1,9})$/, answer: (_, match) => product(Number(match[1])) },
    { method: "POST", path: /^\/api\/cart$/, answer: addToCart },
    { method: "POST", path: /^\/api\/orders$/, answer: placeOrder },
    { method: "GET", path: /^\/api\/slow$/, answer: (request) => slow(request.signal, wait) },
    { method: "GET", path: /^\/api\/fail$/, answer: () => problem(500, "The stock service did not answer.") },
  ];

  return (request) => {
    const { pathname } = new URL(request.url);
    const file = files.get(pathname);
    if (file !== undefined) return isRead(request) ? serveFile(file) : notAllowed("GET, HEAD");
    for (const route of routes) {
      const match = route.path.exec(pathname);
      if (match === null) continue;
      const allowed = route.method === "GET" ? isRead(request) : request.method === route.method;
      return allowed ? route.answer(request, match) : notAllowed(route.method === "GET" ? "GET, HEAD" : route.method);
    }
    return undefined;
  };
}

/**
 * Address → file, listed once. What is not in the list is not served, whatever a path resolves to.
 *
 * @returns {Map<string, string>}
 */
function listFiles() {
  const paths = readdirSync(PUBLIC, { recursive: true, encoding: "utf8" });
  return new Map(
    paths
      .filter((path) => extname(path) in TYPES && path !== "index.html")
      .map((path) => [`/${path.split(sep).join("/")}`, join(PUBLIC, path)]),
  );
}

/** @param {string} path */
async function serveFile(path) {
  const headers = { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "cache-control": "no-cache" };
  return new Response(await readFile(path), { headers });
}

/** @param {number} id */
function product(id) {
  const found = PRODUCTS.find((candidate) => candidate.id === id);
  return found === undefined ? problem(404, `There is no product ${id}.`) : json(found);
}

/** @param {Request} request */
async function addToCart(request) {
  const body = await readJson(request);
  const item = PRODUCTS.find((candidate) => candidate.id === body?.id);
  const quantity = body?.quantity ?? 1;
  if (item === undefined) return problem(400, "`id` must be the number of a product.");
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) {
    return problem(400, `\`quantity\` must be a whole number from 1 to ${MAX_QUANTITY}.`);
  }
  return json({ id: item.id, name: item.name, quantity, cents: item.cents * quantity }, 201);
}

/** @param {Request} request */
async function placeOrder(request) {
  const items = (await readJson(request))?.items;
  if (!Array.isArray(items) || items.length === 0)
    return problem(400, "`items` must be a list with at least one item.");
  return json({ order: 1000 + items.length, items: items.length }, 201);
}

/**
 * @param {AbortSignal} signal
 * @param {(ms: number, signal: AbortSignal) => Promise<unknown>} wait
 */
async function slow(signal, wait) {
  const ms = 1500;
  try {
    await wait(ms, signal);
  } catch {
    return problem(408, "The visitor did not wait.");
  }
  return json({ waited: ms });
}

/**
 * The body as JSON, or `undefined` when it is too large or no JSON.
 *
 * @param {Request} request
 * @returns {Promise<any>}
 */
async function readJson(request) {
  if (request.body === null) return undefined;
  let text = "";
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {Request} request */
const isRead = (request) => request.method === "GET" || request.method === "HEAD";

/** @param {unknown} body */
const json = (body, status = 200) => Response.json(body, { status, headers: { "cache-control": "no-store" } });

/**
 * @param {number} status
 * @param {string} message
 */
const problem = (status, message) => json({ error: { message } }, status);

/** @param {string} allow */
const notAllowed = (allow) =>
  Response.json({ error: { message: `Only ${allow} is accepted here.` } }, { status: 405, headers: { allow } });
