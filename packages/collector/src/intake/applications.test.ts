import { expect, test } from "vitest";
import { parseConfig } from "../config/parse.js";
import { createApplications } from "./applications.js";

function allows(origins: string[], origin: string): boolean | undefined {
  const { applications } = parseConfig({ applications: [{ id: "shop", clientToken: "pub", origins }] });
  return createApplications(applications).byToken("pub")?.allows(origin);
}

test.each([
  "https://shop.example",
  "https://SHOP.example",
  "https://shop.example:8443",
  "https://xn--bcher-kva.example",
  "http://[::1]:3000",
  "capacitor://localhost",
])("%s may be allowed, and is then", (origin) => {
  expect(allows([origin], origin.toLowerCase())).toBe(true);
});

test.each([
  ["null", "a sandboxed frame, a file"],
  ["", "an empty one"],
  ["https://shop.example.", "a name with the root's dot is another origin"],
  ["https://shop.example:8443", "another port"],
  ["http://shop.example", "another scheme"],
  ["https://www.shop.example", "a part of the site"],
  ["https://shop.example.evil.example", "what begins like it"],
  ["https://evil.example/https://shop.example", "what ends like it"],
  ["https://shop.example, https://evil.example", "two headers"],
  ["https://user@shop.example", "with a user"],
  ["https://shop.example/", "with a path"],
  ["https://ѕhop.example", "a letter that looks alike"],
])("%j does not come for https://shop.example: %s", (origin) => {
  expect(allows(["https://shop.example"], origin)).toBe(false);
});

test("a page without an origin of its own is allowed where null is listed, or every origin", () => {
  expect([allows(["null"], "null"), allows(["*"], "null"), allows(["*"], "https://any.example")]).toEqual([
    true,
    true,
    true,
  ]);
  expect(allows([], "https://shop.example")).toBe(false);
});
