// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import { observeUrl, routeOf } from "./observe.js";

afterEach(() => {
  delete (history as Partial<History>).pushState;
  history.replaceState({}, "", "/");
});

test("without the Navigation API, pushState and replaceState are seen until the stop", () => {
  const { scope } = createTestScope();
  const onUrl = vi.fn();
  const before = History.prototype.pushState;
  observeUrl(scope, onUrl);
  history.pushState({}, "", "/cart");
  history.replaceState({}, "", "/cart?page=2");
  expect(onUrl).toHaveBeenCalledTimes(2);
  scope.stop();
  expect(History.prototype.pushState).toBe(before);
  history.pushState({}, "", "/");
  expect(onUrl).toHaveBeenCalledTimes(2);
});

test("with the Navigation API the page's history is left as it is", () => {
  const { scope } = createTestScope();
  const onUrl = vi.fn();
  const before = Object.getOwnPropertyDescriptor(History.prototype, "pushState");
  vi.stubGlobal("navigation", Object.assign(new EventTarget(), { currentEntry: {} }));
  observeUrl(scope, onUrl);
  expect(Object.getOwnPropertyDescriptor(History.prototype, "pushState")).toEqual(before);
  expect(Object.hasOwn(history, "pushState")).toBe(false);
  navigation.dispatchEvent(new Event("currententrychange"));
  expect(onUrl).toHaveBeenCalledTimes(1);
  scope.stop();
  navigation.dispatchEvent(new Event("currententrychange"));
  expect(onUrl).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});

test("a pushState that a framework put on the history object itself is seen, once, and is its own again afterwards", () => {
  const { scope } = createTestScope();
  const onUrl = vi.fn();
  const push = history.pushState.bind(history);
  const theirs = (...args: Parameters<History["pushState"]>) => push(...args);
  history.pushState = theirs;
  observeUrl(scope, onUrl);
  history.pushState({}, "", "/cart");
  expect(onUrl).toHaveBeenCalledTimes(1);
  expect(location.pathname).toBe("/cart");
  scope.stop();
  expect(history.pushState).toBe(theirs);
});

test.each([
  ["https://shop.example/cart?page=2#top", "/cart"],
  ["https://shop.example/app#/cart?page=2", "/app#/cart"],
  ["https://shop.example/app#!cart", "/app#!cart"],
])("the route of %s is %s", (url, route) => {
  expect(routeOf(new URL(url))).toBe(route);
});
