// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { clobbered } from "../test/dom.js";
import type { Interaction, Paint, Shift } from "./entries.js";
import { createTargets } from "./targets.js";

function setUp() {
  document.body.innerHTML = '<form id="f"><p></p><p>text</p><button>Go</button></form>';
  const [form, first, second, button] = document.querySelectorAll("form, p, button");
  return { form: form ?? null, first, second, button, text: second?.firstChild, targetOf: createTargets() };
}

// The browser makes these; a test can only say what one looks like.
const paint = (entry: object) => entry as Paint;
const shift = (entry: object) => entry as Shift;
const interaction = (entry: object) => entry as Interaction;
const sources = (...nodes: unknown[]) => nodes.map((node) => ({ node }));

test("a paint is that of its element, or of the id that the browser still knows", () => {
  const { targetOf, second } = setUp();
  expect(targetOf(paint({ element: second, id: "" }))).toBe("#f>p:nth-of-type(2)");
  expect(targetOf(paint({ element: null, id: "hero" }))).toBe("#hero");
  expect(targetOf(paint({ element: null, id: "" }))).toBeUndefined();
});

test("a shift is that of its first element, or of the element around its first text", () => {
  const { targetOf, first, button, text } = setUp();
  const large = { value: 0.2, sources: sources(text, button, first) };
  expect(targetOf(shift(large))).toBe("#f>button");
  expect(targetOf(shift({ value: 0.2, sources: sources(text) }))).toBe("#f>p:nth-of-type(2)");
  expect(targetOf(shift({ value: 0.2, sources: [] }))).toBeUndefined();
  expect(targetOf(shift({ value: 0.2, sources: sources(null) }))).toBeUndefined();
});

test("an interaction is that of its element, or of the selector that the browser kept", () => {
  const { targetOf, button } = setUp();
  expect(targetOf(interaction({ target: button, targetSelector: "#f" }))).toBe("#f>button");
  expect(targetOf(interaction({ target: null, targetSelector: "#gone" }))).toBe("#gone");
  expect(targetOf(interaction({ target: null }))).toBeUndefined();
});

test("a selector outlives its element when the entry is reported again", () => {
  const { targetOf, button } = setUp();
  const entry = { value: 0.2, sources: sources(button) };
  expect(targetOf(shift(entry))).toBe("#f>button");
  Object.assign(entry, { sources: sources(null) });
  expect(targetOf(shift(entry))).toBe("#f>button");
});

test("a form whose controls hide its properties is found", () => {
  const { targetOf, form } = setUp();
  expect(clobbered(form, () => targetOf(paint({ element: form, id: "" })))).toBe("#f");
});
