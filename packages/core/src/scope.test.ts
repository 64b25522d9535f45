// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { expect, test, vi } from "vitest";

test("stopping removes listeners and timers", () => {
  const { scope, clock } = createTestScope();
  const handler = vi.fn();
  scope.listen(window, ["click", "keydown"], handler);
  scope.timer(handler, 10);
  window.dispatchEvent(new Event("click"));
  expect(handler).toHaveBeenCalledTimes(1);

  scope.stop();
  window.dispatchEvent(new Event("click"));
  window.dispatchEvent(new Event("keydown"));
  clock.advance(100);
  expect(handler).toHaveBeenCalledTimes(1);
  expect(clock.timers).toBe(0);
});

test("what is added to a stopped scope stops at once", () => {
  const { scope } = createTestScope();
  const stop = vi.fn();
  scope.stop();
  scope.add(stop);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("one failing stop does not keep the others from running", () => {
  const { scope, errors } = createTestScope();
  const stop = vi.fn();
  scope.add(stop);
  scope.add(() => {
    throw new Error("cannot stop");
  });
  scope.stop();
  expect(stop).toHaveBeenCalledTimes(1);
  expect(errors).toHaveLength(1);
});

test("a handler that throws is reported and never reaches the page", () => {
  const { scope, errors } = createTestScope();
  scope.listen(window, ["click"], () => {
    throw new Error("ours");
  });
  const seen: unknown[] = [];
  window.addEventListener("error", (event) => seen.push(event), { once: true });
  window.dispatchEvent(new Event("click"));
  expect(errors).toEqual([new Error("ours")]);
  expect(seen).toEqual([]);
});
