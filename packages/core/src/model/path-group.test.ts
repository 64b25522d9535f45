import fc from "fast-check";
import { expect, test } from "vitest";
import { pathGroup } from "./path-group.js";

test.each([
  ["/", "/"],
  ["/products", "/products"],
  ["/products/1234", "/products/?"],
  ["/products/7/reviews", "/products/?/reviews"],
  ["/u/7b0c7f3a-9d52-4d3e-8c1a-0c6c3f0b1f2e", "/u/?"],
  ["/c/3f786850e387550fdab836ed7e6dc881de23001b", "/c/?"],
  ["/blog/2026-11-25", "/blog/?"],
  ["/api/v2/users/42", "/api/v2/users/?"],
  ["/page3", "/page3"],
  ["/orders/ORD-20451", "/orders/?"],
  ["/s3/bucket", "/s3/bucket"],
  ["/defaced/facade", "/defaced/facade"],
])("%s → %s", (path, group) => {
  expect(pathGroup(path)).toBe(group);
});

test("grouping twice changes nothing, and the number of segments stays", () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      const group = pathGroup(path);
      expect(pathGroup(group)).toBe(group);
      expect(group.split("/").length).toBe(path.split("/").length);
    }),
  );
});

test("a hostile path cannot hold the thread", () => {
  const path = `/${"a1-".repeat(5000)}!`;
  const started = performance.now();
  pathGroup(path);
  expect(performance.now() - started).toBeLessThan(1000);
});
