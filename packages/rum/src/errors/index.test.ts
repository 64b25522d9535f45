// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { expect, test } from "vitest";
import type { Raw, Recorder } from "../pipeline.js";
import { startErrors } from "./index.js";

function setUp() {
  const kept: Raw<"error">[] = [];
  const record = ((raw: Raw<"error">) => kept.push(raw) > 0) as Recorder;
  return { kept, errors: startErrors(createTestScope().scope, record) };
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
