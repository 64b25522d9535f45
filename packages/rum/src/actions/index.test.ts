// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test } from "vitest";
import type { Raw, Recorder } from "../pipeline.js";
import { clobbered, pick } from "../test/dom.js";
import { startActions } from "./index.js";

let stop = () => {};
afterEach(() => stop());

function setUp(record: (raw: Raw<"action">) => boolean = () => true) {
  const kept: Raw<"action">[] = [];
  const { scope, errors } = createTestScope();
  stop = scope.stop;
  const recorder = ((raw: Raw<"action">) => record(raw) && kept.push(raw) > 0) as Recorder;
  // Events of a test are untrusted.
  const actions = startActions(scope, recorder, true);
  const names = () => {
    actions.drain();
    return kept.splice(0).map(({ fields }) => fields.action_name);
  };
  return { names, errors, scope };
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
  click("#c");
  expect(names()).toEqual(["all"]);
});

test("a click that cannot be kept costs the others nothing", () => {
  pick("<button id=one data-here>One</button><button id=two>Two</button>");
  const { names, errors } = setUp(({ fields }) => {
    if (fields.action_name === "One") throw new Error("full");
    return true;
  });
  click("#one");
  click("#two");
  expect(names()).toEqual(["Two"]);
  expect(errors).toEqual([new Error("full")]);
});

test("a click inside a form whose controls hide its properties is named", () => {
  const button = pick("<form><button data-here>Search</button></form>");
  const { names } = setUp();
  click("button");
  expect(clobbered(button.closest("form"), names)).toEqual(["Search"]);
});
