// @ts-check
import { addToCart, listProducts, placeOrder, readProduct } from "./api.js";
import { h, price } from "./dom.js";

/** @typedef {ReturnType<typeof import("./cart.js").createCart>} Cart */
/** @typedef {{ title: string, content: Node[] }} Page */
/** @typedef {{ cart: Cart, signal: AbortSignal, refresh: () => void }} Visit */

/**
 * @param {string} path
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function renderPage(path, visit) {
  const product = /^\/products\/(\d+)$/.exec(path);
  if (product) return productPage(Number(product[1]), visit);
  if (path === "/products") return productsPage(visit);
  if (path === "/cart") return cartPage(visit);
  if (path === "/checkout") return checkoutPage(visit);
  if (path === "/") return homePage();
  return notFound("This way leads nowhere.");
}

/** @returns {Page} */
function homePage() {
  const hero = h("section", { className: "hero" });
  const text = h("div", { className: "hero-text" });
  text.append(
    h("h1", {}, "Good things for the way"),
    h("p", {}, "Eight objects that last longer than the trip. No more, because you have to carry them."),
    h("a", { className: "button", href: "/products", "data-route": "/products" }, "See all products"),
  );
  hero.append(
    h("img", { src: "/images/coast.png", alt: "A path along a coast at dusk", width: 1280, height: 560 }),
    text,
  );
  return { title: "Waypost", content: [hero] };
}

/** @param {Visit} visit @returns {Promise<Page>} */
async function productsPage({ signal }) {
  const products = await listProducts(signal);
  const cards = products.map(({ id, name, tagline, cents, image }) =>
    h(
      "a",
      { className: "card", href: `/products/${id}`, "data-route": `/products/${id}` },
      h("img", { src: image, alt: "", width: 240, height: 240 }),
      h("strong", {}, name),
      h("span", { className: "muted" }, tagline),
      h("span", { className: "price" }, price(cents)),
    ),
  );
  return { title: "Products", content: [h("h1", {}, "Products"), h("div", { className: "grid" }, ...cards)] };
}

/** @param {number} id @param {Visit} visit @returns {Promise<Page>} */
async function productPage(id, { cart, signal }) {
  const product = await readProduct(id, signal);
  if (product === undefined) return notFound(`There is no product ${id}.`);
  const note = h("span", { className: "muted", role: "status" });
  const add = async () => {
    await addToCart(id);
    cart.add(product);
    note.textContent = "It is in your cart.";
  };
  return {
    title: product.name,
    content: [
      h(
        "article",
        { className: "product" },
        h("img", { src: product.image, alt: product.name, width: 480, height: 480 }),
        h(
          "div",
          {},
          h("a", { className: "muted", href: "/products", "data-route": "/products" }, "← All products"),
          h("h1", {}, product.name),
          h("p", { className: "muted" }, product.tagline),
          h("p", {}, product.description),
          h("p", { className: "price" }, price(product.cents)),
          h("button", { id: "add-to-cart", className: "button", type: "button", onclick: add }, "Add to cart"),
          note,
        ),
      ),
    ],
  };
}

/** @param {Visit} visit @returns {Page} */
function cartPage({ cart, refresh }) {
  const lines = cart.lines().map((line) => {
    const remove = () => {
      cart.remove(line.id);
      refresh();
    };
    return h(
      "li",
      {},
      h("a", { href: `/products/${line.id}`, "data-route": `/products/${line.id}` }, line.name),
      h("span", { className: "muted" }, `${line.quantity} × ${price(line.cents)}`),
      h("button", { className: "quiet", type: "button", onclick: remove }, "Remove"),
    );
  });
  if (lines.length === 0) return { title: "Cart", content: emptyCart("Your cart") };
  return {
    title: "Cart",
    content: [
      h("h1", {}, "Your cart"),
      h("ul", { className: "lines" }, ...lines),
      h("p", { className: "total" }, "Total ", h("strong", {}, price(cart.cents()))),
      h("a", { className: "button", href: "/checkout", "data-route": "/checkout" }, "To the checkout"),
    ],
  };
}

/** @param {Visit} visit @returns {Page} */
function checkoutPage({ cart }) {
  if (cart.count() === 0) return { title: "Checkout", content: emptyCart("Checkout") };
  const answer = h("p", { role: "status" });
  /** @param {Event} event */
  const order = async (event) => {
    event.preventDefault();
    const number = await placeOrder(cart.lines().map(({ id, quantity }) => ({ id, quantity })));
    cart.clear();
    answer.textContent = `Thank you. Your order has the number ${number}.`;
  };
  return {
    title: "Checkout",
    content: [
      h("h1", {}, "Checkout"),
      h(
        "form",
        { className: "checkout", onsubmit: order },
        h("label", {}, "Name", h("input", { name: "name", autocomplete: "off", maxLength: 80 })),
        h("label", {}, "Street", h("input", { name: "street", autocomplete: "off", maxLength: 120 })),
        h("label", {}, "City", h("input", { name: "city", autocomplete: "off", maxLength: 80 })),
        h("button", { id: "order", className: "button", type: "submit" }, `Order for ${price(cart.cents())}`),
        answer,
      ),
    ],
  };
}

/** @param {string} title */
const emptyCart = (title) => [
  h("h1", {}, title),
  h("p", { className: "muted" }, "There is nothing in your cart yet."),
  h("a", { className: "button", href: "/products", "data-route": "/products" }, "See all products"),
];

/** @param {string} message @returns {Page} */
const notFound = (message) => ({
  title: "Not found",
  content: [h("h1", {}, "Not found"), h("p", { className: "muted" }, message)],
});
