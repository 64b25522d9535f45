// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { readType, SYNTHETICS_COOKIE, SYNTHETICS_GLOBAL } from "./type.js";

afterEach(() => {
  vi.unstubAllGlobals();
  // biome-ignore lint/suspicious/noDocumentCookie: what a monitor would set
  document.cookie = `${SYNTHETICS_COOKIE}=; max-age=0`;
});

const browser = (webdriver: boolean, userAgent = "Mozilla/5.0 Chrome/156.0") =>
  vi.stubGlobal("navigator", { webdriver, userAgent });

test("a person's browser is a user", () => {
  browser(false);
  expect(readType({})).toEqual({ type: "user", testId: undefined, resultId: undefined });
});

test.each([
  ["navigator.webdriver", () => browser(true)],
  ["HeadlessChrome", () => browser(false, "Mozilla/5.0 HeadlessChrome/156.0")],
])("%s means synthetics, unless detection is turned off", (_what, arrange) => {
  arrange();
  expect(readType({}).type).toBe("synthetics");
  expect(readType({ detectSynthetics: false }).type).toBe("user");
});

test("the option wins over detection", () => {
  browser(true);
  expect(readType({ sessionType: "user" }).type).toBe("user");
  browser(false);
  expect(readType({ sessionType: "synthetics" }).type).toBe("synthetics");
});

test.each([
  [true, {}],
  [
    { testId: "nightly", resultId: 42 },
    { testId: "nightly", resultId: "42" },
  ],
])("S28: the global %j means synthetics, also when it comes late", (value, ids) => {
  browser(false);
  expect(readType({}).type).toBe("user");
  vi.stubGlobal(SYNTHETICS_GLOBAL, value);
  expect(readType({ detectSynthetics: false })).toEqual({
    type: "synthetics",
    testId: undefined,
    resultId: undefined,
    ...ids,
  });
});

test.each([
  ["1", {}],
  ["testId=nightly&resultId=42", { testId: "nightly", resultId: "42" }],
])("the cookie %s means synthetics", (value, ids) => {
  browser(false);
  // biome-ignore lint/suspicious/noDocumentCookie: what a monitor would set
  document.cookie = `${SYNTHETICS_COOKIE}=${value}`;
  expect(readType({})).toEqual({ type: "synthetics", testId: undefined, resultId: undefined, ...ids });
});
