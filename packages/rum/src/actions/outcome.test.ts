// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { pathOf, pick } from "../test/dom.js";
import { exemptOf, frustrationsOf } from "./outcome.js";

/** What a click there would be taken for, if nothing answered to many of them and one failed. */
const taken = (html: string) => {
  const target = pick(html);
  const { control } = (target.closest("label") ?? {}) as HTMLLabelElement;
  return frustrationsOf({ rage: true, dead: true, error: true }, exemptOf(pathOf(target), control)).join(" ");
};
const ALL = "rage_click dead_click error_click";

test.each([
  ["<button data-here>Buy</button>", ALL],
  ["<div data-here>Buy</div>", ALL],
  ["<input type=submit data-here>", ALL],
  ["<input type=button data-here>", ALL],
  ["<label data-here>Buy</label>", ALL],
  // A link may open elsewhere, but should not have to be clicked often.
  ["<a href=/x><b data-here>Buy</b></a>", "rage_click error_click"],
  ["<a data-here>Buy</a>", ALL],
  // The shadow tree of such an element may be closed to us.
  ["<x-button data-here></x-button>", "rage_click error_click"],
  // These are clicked to write, to choose, to draw, to play.
  ["<input data-here>", "error_click"],
  ["<input type=number data-here>", "error_click"],
  ["<input type=checkbox data-here>", "error_click"],
  ["<label for=c data-here>Accept</label><input type=checkbox id=c>", "error_click"],
  ["<textarea data-here></textarea>", "error_click"],
  ["<select data-here></select>", "error_click"],
  ["<div contenteditable><b data-here>text</b></div>", "error_click"],
  ["<canvas data-here></canvas>", "error_click"],
  ["<video data-here></video>", "error_click"],
])("a click on %s can be %s", (html, types) => {
  expect(taken(html)).toBe(types);
});

test("a click beside everything is not dead", () => {
  pick("<p data-here></p>");
  for (const blank of [document.body, document.documentElement]) {
    expect(exemptOf(pathOf(blank)).split(" ")).toContain("dead");
  }
});

test.each([
  ["<button data-sojourn-frustration data-here>+</button>", ""],
  ["<button data-sojourn-frustration=off data-here>+</button>", ""],
  ["<div data-sojourn-frustration=off><button data-here>+</button></div>", ""],
  ["<div data-sojourn-frustration=rage><button data-here>+</button></div>", "dead_click error_click"],
  ["<button data-sojourn-frustration='dead error' data-here>+</button>", "rage_click"],
  ["<div data-sojourn-frustration=off><button data-sojourn-frustration=none data-here>+</button></div>", ALL],
  ["<a href=/x data-sojourn-frustration=rage data-here>+</a>", "error_click"],
])("the page can leave kinds out, the nearest attribute decides: %s can be %s", (html, types) => {
  expect(taken(html)).toBe(types);
});

test("only what happened is told", () => {
  expect(frustrationsOf({ rage: false, dead: undefined, error: 0 }, "none")).toEqual([]);
  expect(frustrationsOf({ rage: false, dead: undefined, error: 2 }, "none")).toEqual(["error_click"]);
});
