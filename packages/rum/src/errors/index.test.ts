// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { errors } from "./index.js";

function setUp(options: Record<string, unknown> = {}) {
  const test = createTestSdk({ options });
  const { addError } = test.start(errors()).calls ?? {};
  const add = (error: unknown, context?: Record<string, unknown>) => addError?.(test.clock.now(), error, context);
  return { ...test, add, kept: () => test.events("error") };
}

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
  expect(kept()[0]).toMatchObject({ error_message: "Script error.", error_handling: "unhandled" });
});

test("an element that failed to load is no uncaught error", () => {
  const { kept } = setUp();
  const image = document.body.appendChild(document.createElement("img"));
  image.dispatchEvent(new Event("error"));
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
