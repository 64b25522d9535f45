// @vitest-environment happy-dom
import { expect, test } from "vitest";
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
