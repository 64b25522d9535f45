// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { expect, test } from "vitest";
import { errors } from "../errors/index.js";
import { clobbered, pick } from "../test/dom.js";
import { createTestSdk } from "../test/sdk.js";
import { actions } from "./index.js";

function setUp(options: Record<string, unknown> = {}) {
  // Events of a test are untrusted.
  const test = createTestSdk({ options: { allowUntrustedEvents: true, ...options } });
  const { drain } = test.start(actions());
  const names = () => {
    drain?.(false);
    return test.sent.splice(0).flatMap(({ event }) => (event.type === "action" ? event.action_name : []));
  };
  return { ...test, names };
}

const click = (css: string) => document.querySelector<HTMLElement>(css)?.click();

test("a click on a label is one action, and so is the next one on its control", () => {
  pick('<label for="c" data-here>Accept <b>all</b></label><input id="c" type="checkbox" name="all">');
  const { names } = setUp();
  click("label");
  expect(names()).toEqual(["Accept all"]);
  click("b");
  click("#c");
  expect(names()).toEqual(["Accept all", "all"]);
  click("#c");
  expect(names()).toEqual(["all"]);
});

test("a click on a control inside its label is one action", () => {
  pick('<label data-here>Accept <input type="checkbox" name="all"></label>');
  const { names } = setUp();
  click("input");
  expect(names()).toEqual(["all"]);
  click("label");
  expect(names()).toEqual(["Accept"]);
});

test("a label whose click the page prevented leaves the next click on its control alone", () => {
  pick('<label for="c" data-here>Accept</label><input id="c" type="checkbox" name="all">');
  document.querySelector("label")?.addEventListener("click", (event) => event.preventDefault());
  const { names } = setUp();
  click("label");
  expect(names()).toEqual(["Accept"]);
  // A person's next click begins with this.
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  click("#c");
  expect(names()).toEqual(["all"]);
});

test("a click that cannot be kept costs the others nothing", () => {
  pick("<button id=one data-here>One</button><button id=two>Two</button>");
  const { names, errors, sdk } = setUp();
  sdk.assembling.on(({ event }) => {
    if ("action_name" in event && event.action_name === "One") event.context = BigInt(1) as never;
  });
  click("#one");
  click("#two");
  expect(names()).toEqual(["Two"]);
  expect(errors).toHaveLength(1);
});

test("a click inside a form whose controls hide its properties is named", () => {
  const button = pick("<form><button data-here>Search</button></form>");
  const { names } = setUp();
  click("button");
  expect(clobbered(button.closest("form"), names)).toEqual(["Search"]);
});

test("an error in a new session has no id of an action that began in the one before", () => {
  const { sdk, start, clock, sessions, events } = createTestSdk();
  const { calls } = start(actions());
  const { calls: called } = start(errors());
  calls?.startAction(clock.now(), "checkout");
  clock.advance(10);
  called?.addError(clock.now(), new Error("before"));
  sessions.start();
  clock.advance(10);
  called?.addError(clock.now(), new Error("after"));
  expect(sdk.sessions.current()?.beganAt).toBe(10);
  expect(events("error").map(({ action_id }) => typeof action_id)).toEqual(["string", "undefined"]);
});

test("a click with an error is one that annoys also where consent comes after both", () => {
  pick("<button data-here>Buy</button>");
  const { start, grant, events } = createTestSdk({ options: { allowUntrustedEvents: true }, granted: false });
  const { drain } = start(actions());
  const { calls } = start(errors());
  click("button");
  // The click's own time is the document's.
  calls?.addError(performance.now() as RelativeMs, new Error("x"));
  drain?.(false);
  grant();
  expect(events("action")).toMatchObject([{ action_error_count: 1, action_frustration_types: ["error_click"] }]);
});
