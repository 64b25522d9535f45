// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { expect, test } from "vitest";
import { setUpErrors as setUp } from "../test/errors.js";

test("one error object is one event, however often it is reported", () => {
  const { kept, add } = setUp();
  const error = new Error("once");
  add(error);
  window.dispatchEvent(new ErrorEvent("error", { error, message: "Uncaught Error: once" }));
  add(error);
  expect(kept()).toHaveLength(1);
  add(new Error("once"));
  expect(kept()).toHaveLength(2);
});

test("another origin's script has no error object, but a message", () => {
  const { kept } = setUp();
  window.dispatchEvent(new ErrorEvent("error", { message: "Script error." }));
  expect(kept()).toMatchObject([
    { error_message: "Script error.", error_handling: "unhandled", error_source: "source" },
  ]);
  expect(kept()[0]).not.toHaveProperty("error_type", expect.anything());
  expect(kept()[0]).not.toHaveProperty("error_stack", expect.anything());
});

test("what has no stack of its own is placed by what the browser says of it", () => {
  const { kept } = setUp();
  const where = { filename: "https://shop.example/app.js?token=canary", lineno: 7, colno: 3 };
  window.dispatchEvent(new ErrorEvent("error", { ...where, error: "thrown text", message: "Uncaught thrown text" }));
  window.dispatchEvent(new ErrorEvent("error", { ...where, message: "Uncaught SyntaxError: no" }));
  const error = new Error("has one");
  error.stack = "Error: has one\n    at f (https://shop.example/own.js:1:2)";
  window.dispatchEvent(new ErrorEvent("error", { ...where, error }));
  const place = "    at https://shop.example/app.js?token=REDACTED:7:3";
  expect(kept().map(({ error_type, error_stack }) => [error_type, error_stack])).toEqual([
    ["string", `thrown text\n${place}`],
    [undefined, `Uncaught SyntaxError: no\n${place}`],
    ["Error", error.stack],
  ]);
});

test("an element's file that did not load is an error of the network, and its URL tells no secret", () => {
  const { kept } = setUp({ allowUntrustedEvents: true });
  const fail = (element: Element) => document.body.appendChild(element).dispatchEvent(new Event("error"));
  fail(Object.assign(document.createElement("img"), { src: "https://cdn.example/tea.png?sig=canary" }));
  fail(Object.assign(document.createElement("link"), { href: "https://cdn.example/site.css" }));
  fail(document.createElement("video"));
  const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
  fail(Object.defineProperty(image, "href", { value: { baseVal: "https://cdn.example/map.svg?sig=canary" } }));
  expect(kept().map(({ error_message }) => error_message)).toEqual([
    "img failed to load: https://cdn.example/tea.png?sig=REDACTED",
    "link failed to load: https://cdn.example/site.css",
    "video failed to load: ",
    "image failed to load: https://cdn.example/map.svg?sig=REDACTED",
  ]);
  expect(kept()[0]).toMatchObject({ error_source: "network", error_handling: "unhandled" });
});

test("an error event that a component dispatches is no failed file", () => {
  const { kept } = setUp();
  document.body.appendChild(document.createElement("x-player")).dispatchEvent(new CustomEvent("error"));
  expect(kept()).toEqual([]);
});

test("an error event of the window or the document is no failed file", () => {
  const { kept } = setUp({ allowUntrustedEvents: true });
  window.dispatchEvent(new Event("error"));
  document.dispatchEvent(new Event("error"));
  expect(kept()).toEqual([]);
});

test("a manual error carries its context", () => {
  const { kept, add } = setUp();
  add("plain text", { step: 2 });
  expect(kept()[0]).toMatchObject({
    context: { step: 2 },
    error_message: "plain text",
    error_source: "custom",
    error_handling: "handled",
  });
});

test("a throw in a loop is fifty errors at once and one a second, and the next says how many were left out", () => {
  const { kept, clock, add } = setUp();
  for (let i = 0; i < 1500; i++) add(new Error("the same"));
  expect(kept()).toHaveLength(50);
  expect(kept().map(({ error_dropped_count }) => error_dropped_count)).toEqual(Array(50).fill(undefined));
  clock.advance(1000);
  add(new Error("later"));
  add(new Error("left out"));
  expect(kept()).toHaveLength(51);
  expect(kept()[50]).toMatchObject({ error_message: "later", error_dropped_count: 1450 });
  clock.advance(60_000);
  add("much later");
  add("and on");
  expect(
    kept()
      .slice(51)
      .map(({ error_dropped_count }) => error_dropped_count),
  ).toEqual([1, undefined]);
});

test("errors that were left out stay counted until one is kept", () => {
  let open = true;
  const { kept, clock, add } = setUp({ beforeSend: () => open });
  for (let i = 0; i < 51; i++) add(`${i}`);
  clock.advance(10_000);
  open = false;
  add("not kept");
  open = true;
  add("kept");
  expect(kept().at(-1)).toMatchObject({ error_message: "kept", error_dropped_count: 1 });
});

test("an error object that was left out counts as one, however often it is reported", () => {
  const { kept, clock, add } = setUp();
  for (let i = 0; i < 50; i++) add(`${i}`);
  const error = new Error("once");
  for (let i = 0; i < 10; i++) add(error);
  clock.advance(1000);
  add("next");
  expect(kept().at(-1)?.error_dropped_count).toBe(1);
});

test("an error handed in by a framework has its components, and may be one that nobody caught", () => {
  const { add, kept } = setUp();
  const componentStack = "\n    at Cart (https://shop.example/app.js?token=canary:1:2)\n    at App";
  add(new Error("render"), { route: "/cart" }, { componentStack, handled: false });
  add("plain", undefined, { componentStack: null });
  expect(kept()).toMatchObject([
    {
      context: { route: "/cart" },
      error_component_stack: componentStack.replace("canary", "REDACTED"),
      error_handling: "unhandled",
      error_source: "custom",
    },
    { error_handling: "handled" },
  ]);
});

test("an error of before the SDK was there has the time it happened at", () => {
  const { early, kept, clock, sdk } = setUp();
  clock.advance(500);
  const at = 120 as RelativeMs;
  early?.(at, new ErrorEvent("error", { error: new Error("early") }));
  early?.(at, Object.assign(new Event("unhandledrejection"), { reason: new Error("rejected") }));
  expect(kept()).toMatchObject([
    { error_message: "early", date: sdk.toEpoch(at) },
    { error_message: "rejected", date: sdk.toEpoch(at), error_handling: "unhandled" },
  ]);
});

test("the application says what groups an error", () => {
  const fingerprint = (error: unknown) =>
    error instanceof TypeError ? `type: ${error.message}`.repeat(100) : undefined;
  const { add, kept } = setUp({ fingerprint });
  add(new TypeError("x"));
  add("x");
  expect(kept()[0]?.error_fingerprint).toHaveLength(512);
  expect(kept()[1]?.error_fingerprint).toBeUndefined();
});

test("an error that a hook makes of an error does not go round", () => {
  const { add, kept, clock, errors } = setUp({
    beforeSend: () => window.dispatchEvent(new ErrorEvent("error", { error: new Error("of beforeSend") })),
    fingerprint() {
      window.dispatchEvent(new ErrorEvent("error", { error: new Error("of the hook") }));
      throw new Error("thrown by the hook");
    },
  });
  add("one");
  clock.advance(1000);
  expect(kept().map(({ error_message }) => error_message)).toEqual(["one"]);
  expect(errors).toHaveLength(1);
});
