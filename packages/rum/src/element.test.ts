// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { nameOf, selectorOf } from "./element.js";

function pick(html: string, css = "[data-here]"): Element {
  document.body.innerHTML = html;
  const found = document.querySelector(css);
  if (!found) throw new Error(`nothing matches ${css}`);
  return found;
}

test.each([
  ["<button data-here>  Buy\n it now </button>", "Buy it now"],
  ["<button><span data-here>Buy</span> it</button>", "Buy it"],
  ['<button aria-label="Close" data-here>×</button>', "Close"],
  ['<a href="#" data-sojourn-name="Logo"><img data-here alt="x"></a>', "Logo"],
  ['<input type="submit" value="Send" data-here>', "Send"],
  ['<input type="text" value="my secret" placeholder="Your name" data-here>', "Your name"],
  ['<textarea data-here name="note">my secret</textarea>', "note"],
  ['<select name="size" data-here><option>my secret</option></select>', "size"],
  ["<div data-sojourn-mask><button data-here>Account 4711</button></div>", "masked"],
  ["<div data-here></div>", "div"],
  [`<button data-here>${"long ".repeat(100)}</button>`, `${"long ".repeat(20)}…`],
])("%s is called %s", (html, name) => {
  expect(nameOf(pick(html))).toBe(name);
});

test.each([
  ['<button id="buy" data-here></button>', "#buy"],
  ['<div id="main"><button class="primary" data-here></button></div>', "#main>button.primary"],
  ['<ul id="list"><li></li><li data-here></li></ul>', "#list>li:nth-of-type(2)"],
  ['<div id="ember1234"><button data-testid="pay" data-here></button></div>', 'button[data-testid="pay"]'],
  ['<div id="r-8f3a2c9d"><p class="css-1x2y3z" data-here></p></div>', "body>div>p"],
])("%s is found by %s", (html, selector) => {
  const element = pick(html);
  expect(selectorOf(element)).toBe(selector);
  expect(document.querySelector(selector)).toBe(element);
});
