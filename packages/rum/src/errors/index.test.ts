// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test } from "vitest";
import type { Raw, Recorder } from "../pipeline.js";
import { startErrors } from "./index.js";

let stop = () => {};
afterEach(() => stop());

function setUp(keeps = () => true) {
  const kept: Raw<"error">[] = [];
  const record = ((raw: Raw<"error">) => keeps() && kept.push(raw) > 0) as Recorder;
  const { scope, clock } = createTestScope();
  stop = scope.stop;
  return { kept, clock, errors: startErrors(scope, record) };
}

test("one error object is one event, however often it is reported", () => {
  const { kept, errors } = setUp();
  const error = new Error("once");
  errors.add(error);
  window.dispatchEvent(new ErrorEvent("error", { error, message: "Uncaught Error: once" }));
  errors.add(error);
  expect(kept).toHaveLength(1);
  errors.add(new Error("once"));
  expect(kept).toHaveLength(2);
});

test("another origin's script has no error object, but a message", () => {
  const { kept } = setUp();
  window.dispatchEvent(new ErrorEvent("error", { message: "Script error." }));
  expect(kept[0]?.fields).toMatchObject({ error_message: "Script error.", error_handling: "unhandled" });
});

test("an element that failed to load is no uncaught error", () => {
  const { kept } = setUp();
  const image = document.body.appendChild(document.createElement("img"));
  image.dispatchEvent(new Event("error"));
  expect(kept).toEqual([]);
});

test("a manual error carries its context", () => {
  const { kept, errors } = setUp();
  errors.add("plain text", { step: 2 });
  expect(kept[0]).toMatchObject({
    context: { step: 2 },
    fields: { error_message: "plain text", error_source: "custom", error_handling: "handled" },
  });
});

test("a throw in a loop is fifty errors at once and one a second, and the next says how many were left out", () => {
  const { kept, clock, errors } = setUp();
  for (let i = 0; i < 1500; i++) errors.add(new Error("the same"));
  expect(kept).toHaveLength(50);
  expect(kept.map(({ fields }) => fields.error_dropped_count)).toEqual(Array(50).fill(undefined));
  clock.advance(1000);
  errors.add(new Error("later"));
  errors.add(new Error("left out"));
  expect(kept).toHaveLength(51);
  expect(kept[50]?.fields).toMatchObject({ error_message: "later", error_dropped_count: 1450 });
  clock.advance(60_000);
  errors.add("much later");
  errors.add("and on");
  expect(kept.slice(51).map(({ fields }) => fields.error_dropped_count)).toEqual([1, undefined]);
});

test("errors that were left out stay counted until one is kept", () => {
  let open = true;
  const { kept, clock, errors } = setUp(() => open);
  for (let i = 0; i < 51; i++) errors.add(`${i}`);
  clock.advance(10_000);
  open = false;
  errors.add("not kept");
  open = true;
  errors.add("kept");
  expect(kept.at(-1)?.fields).toMatchObject({ error_message: "kept", error_dropped_count: 1 });
});

test("an error object that was left out counts as one, however often it is reported", () => {
  const { kept, clock, errors } = setUp();
  for (let i = 0; i < 50; i++) errors.add(`${i}`);
  const error = new Error("once");
  for (let i = 0; i < 10; i++) errors.add(error);
  clock.advance(1000);
  errors.add("next");
  expect(kept.at(-1)?.fields.error_dropped_count).toBe(1);
});
