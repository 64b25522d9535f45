// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { CLSMetric, INPMetric, LCPMetric } from "web-vitals";
import { clobbered } from "../test/dom.js";
import { largestShift } from "./parts.js";
import { createTargets } from "./targets.js";

function setUp() {
  document.body.innerHTML = '<form id="f"><p></p><p>text</p><button>Go</button></form>';
  const [form, first, second, button] = document.querySelectorAll("form, p, button");
  return { form: form ?? null, first, second, button, text: second?.firstChild, targets: createTargets() };
}

// The browser makes these; a test can only say what one looks like.
const paint = (...entries: object[]) => ({ entries }) as LCPMetric;
const shift = (...entries: object[]) => largestShift({ entries } as unknown as CLSMetric);
const interaction = (...entries: object[]) => ({ entries }) as INPMetric;
const sources = (...nodes: unknown[]) => nodes.map((node) => ({ node }));

test("a paint is that of its newest entry's element, or of the id that the browser still knows", () => {
  const { targets, first, second } = setUp();
  expect(targets.ofPaint(paint({ element: first, id: "" }, { element: second, id: "" }))).toBe("#f>p:nth-of-type(2)");
  expect(targets.ofPaint(paint({ element: null, id: "hero" }))).toBe("#hero");
  expect(targets.ofPaint(paint({ element: null, id: "" }))).toBeUndefined();
  expect(targets.ofPaint(paint())).toBeUndefined();
});

test("a shift is that of the largest entry's first element, or of the element around its first text", () => {
  const { targets, first, button, text } = setUp();
  const small = { value: 0.1, sources: sources(first) };
  const large = { value: 0.2, sources: sources(text, button, first) };
  expect(targets.ofShift(shift(small, large, small))).toBe("#f>button");
  expect(targets.ofShift(shift({ value: 0.2, sources: sources(text) }))).toBe("#f>p:nth-of-type(2)");
  expect(targets.ofShift(shift({ value: 0.2, sources: [] }))).toBeUndefined();
  expect(targets.ofShift(shift({ value: 0.2, sources: sources(null) }))).toBeUndefined();
  expect(targets.ofShift(shift())).toBeUndefined();
});

test("an interaction is that of its first entry with an element, or of the selector that the browser kept", () => {
  const { targets, button } = setUp();
  expect(targets.ofInteraction(interaction({ target: null }, { target: button }))).toBe("#f>button");
  expect(targets.ofInteraction(interaction({ target: null, targetSelector: "#gone" }))).toBe("#gone");
  expect(targets.ofInteraction(interaction())).toBeUndefined();
});

test("a selector outlives its element when the entry is reported again", () => {
  const { targets, button } = setUp();
  const entry = { value: 0.2, sources: sources(button) };
  expect(targets.ofShift(shift(entry))).toBe("#f>button");
  Object.assign(entry, { sources: sources(null) });
  expect(targets.ofShift(shift(entry, { value: 0.1, sources: [] }))).toBe("#f>button");
});

test("a form whose controls hide its properties is found", () => {
  const { targets, form } = setUp();
  expect(clobbered(form, () => targets.ofPaint(paint({ element: form, id: "" })))).toBe("#f");
});
