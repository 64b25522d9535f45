// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { expect, test, vi } from "vitest";
import { observeActivity } from "./activity.js";

function setUp(allowUntrusted = true) {
  const { scope, clock } = createTestScope();
  const onActivity = vi.fn();
  observeActivity(scope, allowUntrusted, onActivity);
  return {
    clock,
    scope,
    onActivity,
    fire: (type: string) => document.body.dispatchEvent(new Event(type, { bubbles: true })),
  };
}

test.each(["click", "keydown", "touchstart", "wheel"])("%s is activity", (type) => {
  const { onActivity, fire } = setUp();
  fire(type);
  expect(onActivity).toHaveBeenCalledTimes(1);
});

test("a scroll counts only within a second of an input", () => {
  const { clock, onActivity, fire } = setUp();
  fire("scroll");
  expect(onActivity).not.toHaveBeenCalled();
  fire("pointerdown");
  clock.advance(1000);
  fire("scroll");
  expect(onActivity).toHaveBeenCalledTimes(1);
  clock.advance(1);
  fire("scroll");
  expect(onActivity).toHaveBeenCalledTimes(1);
});

test("what a script made is no activity", () => {
  const { onActivity, fire } = setUp(false);
  fire("click");
  fire("keydown");
  expect(onActivity).not.toHaveBeenCalled();
});
