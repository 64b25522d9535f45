// @ts-check
import { createCart } from "./cart.js";
import { byId, h } from "./dom.js";
import { startLab } from "./lab.js";
import { renderPage } from "./pages.js";
import { startSessionStrip } from "./session-strip.js";

const cart = createCart();
const main = byId("page");
let visit = new AbortController();

/** Shows the page of the current address; a later call ends an earlier one that still loads. */
async function show() {
  visit.abort();
  visit = new AbortController();
  const { signal } = visit;
  main.setAttribute("aria-busy", "true");
  try {
    const { title, content } = await renderPage(location.pathname, { cart, signal, refresh: show });
    if (signal.aborted) return;
    document.title = title === "Waypost" ? title : `${title} – Waypost`;
    main.replaceChildren(...content);
  } catch {
    if (signal.aborted) return;
    main.replaceChildren(
      h("h1", {}, "No answer"),
      h("p", { className: "muted" }, "The shop did not answer. Try again."),
    );
  }
  main.removeAttribute("aria-busy");
  for (const link of document.querySelectorAll("nav a")) {
    link.toggleAttribute("aria-current", link.getAttribute("href") === location.pathname);
  }
}

function showCount() {
  const badge = byId("cart-count");
  badge.textContent = String(cart.count());
  badge.hidden = cart.count() === 0;
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-route]") : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !plain) return;
  event.preventDefault();
  if (link.pathname !== location.pathname) history.pushState(null, "", link.pathname);
  scrollTo(0, 0);
  show();
});
addEventListener("popstate", show);

byId("sign-in").addEventListener("click", ({ currentTarget }) => {
  const button = /** @type {HTMLButtonElement} */ (currentTarget);
  const sojourn = /** @type {any} */ (window).sojourn;
  const signedIn = button.dataset.user === undefined;
  if (signedIn) {
    sojourn?.setUser({ id: "ada", name: "Ada", email: "ada@waypost.example" });
    button.dataset.user = "ada";
  } else {
    sojourn?.clearUser();
    delete button.dataset.user;
  }
  button.textContent = signedIn ? "Sign out Ada" : "Sign in as Ada";
});

cart.onChange(showCount);
showCount();
startLab();
startSessionStrip();
show();
