// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTimelineInput } from "./input.js";

let element: HTMLElement;
let bar: HTMLElement;
let calls: unknown[][];
let stop: () => void;

beforeEach(() => {
  document.body.innerHTML = '<section><div class="plot"><i data-key="p:1"></i></div></section>';
  const [section, plot, i] = ["section", ".plot", "i"].map((selector) => document.querySelector<HTMLElement>(selector));
  if (!section || !plot || !i) throw new Error("The page is incomplete.");
  element = section;
  bar = i;
  element.setPointerCapture = () => {};
  // The axis spans 1000 px from 100 px on.
  plot.getBoundingClientRect = () => new DOMRect(100, 0, 1000, 50);
  calls = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.push([name, ...args]);
  stop = startTimelineInput(element, plot, {
    zoom: note("zoom"),
    pan: note("pan"),
    reset: note("reset"),
    band: note("band"),
    choose: note("choose"),
    point: note("point"),
    select: note("select"),
  });
});

afterEach(() => stop());

const pointer = (type: string, clientX: number, options: PointerEventInit = {}) =>
  bar.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, pointerType: "mouse", button: 0, ...options }));
const named = (name: string) => calls.filter(([called]) => called === name);

test("dragging chooses the stretch from where it began to where it ended", () => {
  pointer("pointerdown", 300);
  pointer("pointermove", 500);
  pointer("pointerup", 600);
  expect(named("band")).toEqual([
    ["band", { from: 0.2, to: 0.4 }],
    ["band", undefined],
  ]);
  expect(named("choose")).toEqual([["choose", 0.2, 0.5]]);
});

test("a press that hardly moves chooses no stretch", () => {
  pointer("pointerdown", 300);
  pointer("pointermove", 303);
  pointer("pointerup", 303);
  expect(named("choose")).toEqual([]);
});

test("a finger scrolls the page and drags nothing out", () => {
  pointer("pointerdown", 300, { pointerType: "touch" });
  pointer("pointermove", 500, { pointerType: "touch" });
  pointer("pointerup", 500, { pointerType: "touch" });
  expect(named("choose")).toEqual([]);
});

test("tells what is under the pointer, and that it has left the axis", () => {
  pointer("pointermove", 600, { clientY: 7 });
  pointer("pointermove", 50);
  expect(named("point")).toEqual([
    ["point", { share: 0.5, x: 600, y: 7, key: "p:1" }],
    ["point", undefined],
  ]);
});

test("a click selects the event under it", () => {
  bar.click();
  element.click();
  expect(calls).toEqual([["select", "p:1"]]);
});

test("Ctrl and wheel zoom at the pointer, a sideways wheel moves, a plain one is left to the page", () => {
  const wheel = (options: WheelEventInit) => {
    const event = new WheelEvent("wheel", { bubbles: true, cancelable: true, clientX: 600, ...options });
    // happy-dom drops the pointer's place from wheel events.
    Object.defineProperties(event, { clientX: { value: 600 }, ctrlKey: { value: options.ctrlKey ?? false } });
    element.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(wheel({ deltaY: 240, ctrlKey: true })).toBe(true);
  expect(wheel({ deltaX: 80 })).toBe(true);
  expect(wheel({ deltaY: 80 })).toBe(false);
  expect(calls).toEqual([
    ["zoom", Math.E, 0.5],
    ["pan", 0.1],
  ]);
});

test("keys zoom, move and reset, but not together with a modifier", () => {
  for (const key of ["+", "-", "ArrowLeft", "ArrowRight", "0", "x"]) {
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  }
  element.dispatchEvent(new KeyboardEvent("keydown", { key: "0", ctrlKey: true, bubbles: true }));
  expect(calls).toEqual([["zoom", 0.5, 0.5], ["zoom", 2, 0.5], ["pan", -0.2], ["pan", 0.2], ["reset"]]);
});

test("leaves nothing behind when stopped", () => {
  expect(element.tabIndex).toBe(0);
  stop();
  pointer("pointerdown", 300);
  pointer("pointermove", 500);
  bar.click();
  expect(calls).toEqual([]);
  expect(element.hasAttribute("tabindex")).toBe(false);
});
