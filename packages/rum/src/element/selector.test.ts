// @vitest-environment happy-dom
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { clobbered, pathOf, pick } from "../test/dom.js";
import { selectorOf } from "./selector.js";

test.each([
  ['<button id="buy" data-here></button>', "#buy"],
  ['<div id="main"><button class="primary" data-here></button></div>', "#main>button.primary"],
  ['<ul id="list"><li></li><li data-here></li></ul>', "#list>li:nth-of-type(2)"],
  ['<ul id="list"><li data-here></li><li></li></ul>', "#list>li:nth-of-type(1)"],
  ['<ul id="list"><li class="odd"></li><li class="even" data-here></li></ul>', "#list>li.even"],
  ['<div id="ember1234"><button data-testid="pay" data-here></button></div>', 'button[data-testid="pay"]'],
  ['<div id="r-8f3a2c9d"><p class="css-1x2y3z" data-here></p></div>', "body>div>p"],
])("%s is found by %s", (html, selector) => {
  const element = pick(html);
  expect(selectorOf(element)).toBe(selector);
  expect(document.querySelector(selector)).toBe(element);
});

test.each([
  [
    "<div data-sojourn-privacy=mask><ul id=list><li></li><li id=ann class=account data-testid=ann data-here></li></ul></div>",
    "body>div>ul>li:nth-of-type(2)",
  ],
  ["<div id=main><ul data-sojourn-privacy=mask><li id=ann data-here></li></ul></div>", "#main>ul>li"],
  [
    "<div data-sojourn-privacy=mask id=secret><p data-sojourn-privacy=allow><b class=buy data-here></b></p></div>",
    "body>div>p>b.buy",
  ],
])("where it is masked an element is found by its place alone: %s by %s", (html, selector) => {
  const element = pick(html);
  expect(selectorOf(element)).toBe(selector);
  expect(document.querySelector(selector)).toBe(element);
});

test("a mask around the host of a shadow tree counts inside it", () => {
  const host = pick("<div data-sojourn-privacy=mask><x-card data-here></x-card></div>");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = "<button id=ann></button>";
  expect(selectorOf(pick("button", root))).toBe("button");
});

test("what was masked when it was clicked stays so, wherever the page has taken it since", () => {
  const button = pick("<div data-sojourn-privacy=mask><b><button id=ann data-here></button></b></div><p id=out></p>");
  const path = pathOf(button);
  document.querySelector("#out")?.append(button);
  expect(selectorOf(button, path)).toBe("body>p>button");
});

test.each([
  ["main", true],
  ["buy-now_2", true],
  ["feedback", true],
  ["facade", true],
  ["v12", true],
  ["a".repeat(40), true],
  ["a".repeat(41), false],
  ["ann@a.example", false],
  ["order-4711", false],
  ["id3f9ac2", false],
  ["c0ffee", false],
  ["css-x", false],
  ["_abc", false],
  [":r1:", false],
  ["md:flex", false],
  ["2col", false],
  ["", false],
])("whether %j is a word that a developer wrote: %s", (name, expected) => {
  const attributes = [`id="${name}"`, `data-testid="${name}"`, `class="${name}"`];
  const found = attributes.map((attribute) => selectorOf(pick(`<i ${attribute} data-here></i>`)));
  expect(found).toEqual(
    expected ? [`#${name}`, `i[data-testid="${name}"]`, `body>i.${name}`] : Array(3).fill("body>i"),
  );
});

test("each item of a long list is found at its own place", () => {
  document.body.innerHTML = `<ul id="list">${"<li></li>".repeat(400)}</ul>`;
  for (const [i, item] of [...document.querySelectorAll("li")].entries()) {
    expect(selectorOf(item)).toBe(`#list>li:nth-of-type(${i + 1})`);
  }
});

test("an item of a list too long to count is found as one of its kind", () => {
  document.body.innerHTML = `<ul id="list">${"<li></li>".repeat(2000)}</ul>`;
  const item = document.querySelectorAll("li")[1500];
  expect(item && selectorOf(item)).toBe("#list>li");
});

test("controls named as properties of their form change nothing", () => {
  const button = pick('<section id="main"><form class="search"><b></b><button data-here></button></form></section>');
  expect(clobbered(button.closest("form"), () => selectorOf(button))).toBe("#main>form.search>button");
});

test("a page that replaced the DOM's own methods costs the selector, not more", () => {
  const button = pick("<button data-here></button>");
  vi.spyOn(Element.prototype, "getAttribute").mockImplementation(() => {
    throw new Error("the page's own");
  });
  expect(selectorOf(button)).toBe("");
});

test("whatever the page looks like, a selector matches its element and stays within bounds", () => {
  const tag = fc.constantFrom("div", "ul", "li", "button", "x-item");
  const word = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
  const node = fc.record({
    tag,
    id: fc.option(word, { freq: 8, nil: undefined }),
    names: fc.array(word, { maxLength: 3 }),
    before: fc.array(fc.record({ tag, names: fc.array(word, { maxLength: 2 }) }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 12 }), (levels) => {
      document.body.replaceChildren();
      let parent: Element = document.body;
      for (const { tag, id, names, before } of levels) {
        for (const other of before) {
          parent.append(Object.assign(document.createElement(other.tag), { className: other.names.join(" ") }));
        }
        const child = Object.assign(document.createElement(tag), { className: names.join(" ") });
        if (id) child.id = id;
        parent.append(child);
        parent = child;
      }
      const selector = selectorOf(parent);
      expect(selector.length).toBeLessThanOrEqual(512);
      expect([...document.querySelectorAll(selector)]).toContain(parent);
    }),
  );
});

test("a selector has eight parts at the most, and says of five hundred siblings which one it is", () => {
  const deep = pick(`${"<p-x>".repeat(12)}<b data-here></b>`);
  expect(selectorOf(deep)).toBe(`${"p-x>".repeat(7)}b`);
  const last = (count: number) => pick(`<ul id=list>${"<li></li>".repeat(count)}<li data-here></li></ul>`);
  expect(selectorOf(last(500))).toBe("#list>li:nth-of-type(501)");
  expect(selectorOf(last(501))).toBe("#list>li");
});
