// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { clobbered, pathOf, pick } from "../test/dom.js";
import { nameOf } from "./name.js";

test.each([
  ["<button data-here>  Buy\n it now </button>", "Buy it now"],
  ["<button><span data-here>Buy</span> it</button>", "Buy it"],
  ["<div role=tab data-here><b>Prices</b></div>", "Prices"],
  ['<button aria-label="Close" data-here>×</button>', "Close"],
  ['<a href="#" data-sojourn-name="Logo"><img data-here alt="x"></a>', "Logo"],
  ['<input type="submit" value="Send" data-here>', "Send"],
  ['<img alt="A cup of tea" data-here>', "A cup of tea"],
  ["<div data-here></div>", "div"],
  [`<button data-here>${"long ".repeat(100)}</button>`, `${"long ".repeat(20)}…`],
  [`<button data-here>${"<i></i>".repeat(90)}Deep</button>`, "Deep"],
  [`<button data-here>${"<i></i>".repeat(100)}Deep</button>`, "button"],
  [`<button data-here>${"<b><i></i></b>".repeat(51)}Deep</button>`, "button"],
])("%s is called %s", (html, name) => {
  expect(nameOf(pathOf(pick(html)))).toBe(name);
});

test.each([
  ["<h2 data-here>Your cart</h2>", "Your cart"],
  ['<div id="card" data-here>Balance <b>my secret</b></div>', "card"],
  ["<section data-here><p>my secret</p></section>", "section"],
  ["<div data-here>Balance <b>my secret</b></div>", "Balance"],
  [`<p data-here>${"my secret ".repeat(20)}</p>`, "p"],
])("what only contains is not called by its content: %s is called %s", (html, name) => {
  expect(nameOf(pathOf(pick(html)))).toBe(name);
});

test.each([
  ['<input type="text" value="my secret" placeholder="Your name" data-here>', "Your name"],
  ['<textarea data-here name="note">my secret</textarea>', "note"],
  ['<select name="size" data-here><option>my secret</option></select>', "size"],
  ['<select name="size"><option data-here>my secret</option></select>', "size"],
  ["<div contenteditable data-here>my secret</div>", "div"],
  ['<div contenteditable="true" title="Message"><p><a href="#" data-here>my secret</a></p></div>', "a"],
  ['<div contenteditable="plaintext-only"><button data-here>my secret</button></div>', "button"],
  ['<div role="textbox" aria-label="Message" data-here>my secret</div>', "Message"],
  ["<label data-here>Note <textarea>my secret</textarea><i contenteditable>my secret</i></label>", "Note"],
])("what a person wrote is not read: %s is called %s", (html, name) => {
  expect(nameOf(pathOf(pick(html)))).toBe(name);
});

test.each([
  ["<div data-sojourn-privacy=mask><button data-here>Account 4711</button></div>", "masked"],
  ["<button data-sojourn-privacy=mask title='4711' data-here>Account 4711</button>", "masked"],
  ["<button data-here>Account <span data-sojourn-privacy=mask>4711</span></button>", "Account"],
  ["<button>Account <span data-sojourn-privacy=mask data-here>4711</span></button>", "Account"],
  ["<div data-sojourn-privacy=mask><button data-sojourn-name='Account' data-here>4711</button></div>", "Account"],
])("a mask keeps text out: %s is called %s", (html, name) => {
  expect(nameOf(pathOf(pick(html)))).toBe(name);
});

test.each([
  ["<div data-sojourn-privacy=mask><p data-sojourn-privacy=allow><button data-here>Buy</button></p></div>", "Buy"],
  ["<p data-sojourn-privacy=allow><a href=# data-sojourn-privacy=mask data-here>4711</a></p>", "masked"],
  ["<div data-sojourn-privacy=mask><p data-sojourn-privacy><button data-here>4711</button></p></div>", "masked"],
])("the nearest attribute decides: %s is called %s", (html, name) => {
  expect(nameOf(pathOf(pick(html)))).toBe(name);
});

test("a mask around the host counts inside its shadow tree", () => {
  const host = pick("<div data-sojourn-privacy=mask><x-card data-here></x-card></div>");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = "<button>my secret</button>";
  expect(nameOf(pathOf(pick("button", root)))).toBe("masked");
});

test("a button is found around the shadow tree in it", () => {
  const host = pick("<button>Buy <x-icon data-here></x-icon></button>");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = "<svg></svg>";
  expect(nameOf(pathOf(pick("svg", root)))).toBe("Buy");
});

test("a mask counts when the element was taken out of it since the click", () => {
  const button = pick("<div data-sojourn-privacy=mask><button data-here>my secret</button></div>");
  const path = pathOf(button);
  button.remove();
  expect(nameOf(path)).toBe("masked");
});

test("controls named as properties of their form change nothing", () => {
  const form = pick('<form title="Search" data-here><input></form>');
  const path = pathOf(form);
  expect(clobbered(form, () => nameOf(path))).toBe("Search");
  const button = pick("<form><b>Find</b><button data-here>it</button></form>");
  const inside = pathOf(button);
  expect(clobbered(button.closest("form"), () => nameOf(inside))).toBe("it");
});

test("a page that replaced the DOM's own methods costs the name, not more", () => {
  const path = pathOf(pick("<button data-here>Buy</button>"));
  vi.spyOn(Element.prototype, "matches").mockImplementation(() => {
    throw new Error("the page's own");
  });
  expect(nameOf(path)).toBe("element");
});
