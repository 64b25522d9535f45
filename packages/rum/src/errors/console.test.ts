// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { setUpErrors as setUp } from "../test/errors.js";

/** The console of the page, which says nothing here. */
let written: MockInstance;
beforeEach(() => {
  written = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => written.mockRestore());

test("an error that the page writes on the console is recorded with its stack, and the text around it", () => {
  const { kept, sdk, clock } = setUp();
  clock.advance(100);
  const error = new TypeError("no price");
  const date = sdk.toEpoch(clock.now());
  console.error("Cart %s:", 7, error, { code: 3 });
  console.error("only %d text, 100%", 5, undefined);
  console.error("%cstyled", "color: red");
  console.error();
  clock.advance(50);
  expect(kept()).toMatchObject([
    { error_message: "Cart 7: no price code: 3", error_type: "TypeError", error_stack: error.stack, date },
    { error_message: "only 5 text, 100% undefined", error_type: undefined },
    { error_message: "styled" },
    { error_message: "undefined" },
  ]);
  expect(kept()[0]).toMatchObject({ error_source: "console", error_handling: "handled" });
  expect(kept()[1]?.error_stack).toBeUndefined();
  expect(written.mock.calls).toHaveLength(4);
});

test("what the page writes on the console costs no stack", () => {
  const { kept } = setUp();
  const before = Error.prepareStackTrace;
  let stacks = 0;
  Error.prepareStackTrace = () => `stack ${++stacks}`;
  console.error("text");
  kept();
  Error.prepareStackTrace = before;
  expect(stacks).toBe(0);
});

test("an error that a framework writes on the console and then hands in is the one that it hands in", () => {
  const { add, kept, clock } = setUp();
  const error = new Error("render");
  console.error("%o\n\n%s", error, "The above error occurred in <Cart>");
  add(error, {}, { componentStack: "\n    at Cart" });
  clock.advance(10);
  expect(kept()).toMatchObject([{ error_source: "custom", error_component_stack: "\n    at Cart" }]);
});

test("an error that is written on the console and thrown again is one that nobody caught", () => {
  const { events, clock } = setUp();
  const error = new Error("again");
  console.error(error);
  window.dispatchEvent(new ErrorEvent("error", { error }));
  clock.advance(10);
  expect(events("error")).toMatchObject([{ error_source: "source", error_handling: "unhandled" }]);
});

test("a loop that writes on the console is kept within the limit, and leaves no timer", () => {
  const { kept, clock, drops, events } = setUp();
  const { timers } = clock;
  for (let n = 0; n < 5000; n++) console.error(`line ${n}`);
  // Not even until the task ends are more kept than may be recorded.
  expect(events("error")).toHaveLength(50);
  clock.advance(0);
  expect(clock.timers).toBe(timers);
  expect(kept()).toHaveLength(50);
  expect(drops()).toEqual({ error_limit: 4950 });
});

test("what is written is bounded and tells no secret", () => {
  const { kept } = setUp();
  const rest = Array.from({ length: 100 }, (_, n) => `argument ${n}`);
  console.error("GET https://shop.example/?token=canary", "x".repeat(1e6), ...rest);
  console.error("%s ".repeat(1e6), "filled");
  const [first, second] = kept();
  expect(first?.error_message).toMatch(/^GET https:\/\/shop.example\/\?token=REDACTED x+$/);
  expect(first?.error_message.length).toBeLessThanOrEqual(8192);
  expect(second?.error_message).toMatch(/^filled %s/);
  console.error(...rest);
  expect(kept().at(-1)?.error_message).toMatch(/^argument 0 .*argument 9$/);
});

test("objects that hurt when they are shown are not felt by the page", () => {
  const { kept, errors } = setUp();
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("gotcha");
      },
    },
  );
  console.error("see:", hostile, Object.create(null), Symbol("s"), 10n);
  expect(kept()).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("what is written on the console is recorded when its task has ended, with no other call", () => {
  const { events, clock } = setUp();
  console.error("x");
  expect(events("error")).toEqual([]);
  clock.advance(0);
  expect(events("error")).toHaveLength(1);
});

test("what a hook that sees an error writes on the console is not the next error", () => {
  const { kept, clock } = setUp({ beforeSend: () => console.error("of beforeSend") });
  console.error("one");
  clock.advance(10_000);
  expect(kept()).toMatchObject([{ error_message: "one" }]);
});

test("what the SDK itself writes on the console is no error of the page's", () => {
  const { kept } = setUp();
  console.error("[sojourn] init: option is missing");
  expect(kept()).toEqual([]);
});

test("the application may leave its console out, and then it is not touched", () => {
  const { error } = console;
  const { kept } = setUp({ trackConsoleErrors: false });
  expect(console.error).toBe(error);
  console.error("x");
  expect(kept()).toEqual([]);
});

test("a console is left as it was", () => {
  const { error } = console;
  const { scope } = setUp();
  expect(console.error).not.toBe(error);
  scope.stop();
  expect(console.error).toBe(error);
});
