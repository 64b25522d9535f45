// @ts-check
/** The shop's own requests. Some use fetch and some XMLHttpRequest, because real shops do. */

/** @typedef {{ id: number, name: string, tagline: string, description: string, cents: number, image: string }} Product */

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Product[]>}
 */
export async function listProducts(signal) {
  const answer = await fetch("/api/products", { signal });
  return (await answer.json()).items;
}

/**
 * @param {number} id
 * @param {AbortSignal} signal
 * @returns {Promise<Product | undefined>} `undefined` when there is no such product.
 */
export async function readProduct(id, signal) {
  const { status, body } = await xhr("GET", `/api/products/${id}`, undefined, signal);
  return status === 200 ? body : undefined;
}

/** @param {number} id */
export async function addToCart(id) {
  const answer = await fetch("/api/cart", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id, quantity: 1 }),
  });
  if (!answer.ok) throw new Error(`The cart answered ${answer.status}.`);
}

/**
 * @param {readonly { id: number, quantity: number }[]} items
 * @returns {Promise<number>} The number of the order.
 */
export async function placeOrder(items) {
  const { status, body } = await xhr("POST", "/api/orders", { items });
  if (status !== 201) throw new Error(`The order was answered with ${status}.`);
  return body.order;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [payload]
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ status: number, body: any }>}
 */
function xhr(method, url, payload, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "json";
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = () => reject(new Error(`${method} ${url} got no answer.`));
    request.onabort = () => reject(new DOMException("The visitor left the page.", "AbortError"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (payload === undefined) return request.send();
    request.setRequestHeader("content-type", "application/json");
    request.send(JSON.stringify(payload));
  });
}
