// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { setUpErrors as setUp } from "../test/errors.js";

afterEach(() => vi.unstubAllGlobals());

/** happy-dom has no such event. */
const violation = (fields: object) =>
  document.dispatchEvent(Object.assign(new Event("securitypolicyviolation", { bubbles: true }), fields));

test("a violated policy is recorded, though a comma once kept a peer from it", () => {
  const { kept } = setUp();
  violation({
    effectiveDirective: "img-src",
    blockedURI: "https://evil.example/?token=canary",
    disposition: "enforce",
    sourceFile: "https://shop.example/app.js",
    lineNumber: 3,
    columnNumber: 9,
  });
  violation({ effectiveDirective: "script-src-elem", blockedURI: "inline", disposition: "report", sourceFile: null });
  expect(kept()).toMatchObject([
    {
      error_message: "img-src: https://evil.example/?token=REDACTED (enforce)",
      error_type: "csp_violation",
      error_source: "report",
      error_handling: "unhandled",
      error_stack: expect.stringContaining("\n    at https://shop.example/app.js:3:9"),
    },
    { error_message: "script-src-elem: inline (report)" },
  ]);
  expect(kept()[1]?.error_stack).toBeUndefined();
});

test("a policy against the intake is not told of, which would be one more body against it, for ever", () => {
  const { kept } = setUp();
  const blockedURI = `${location.origin}/v1/rum?client_token=pub`;
  violation({ effectiveDirective: "connect-src", blockedURI, disposition: "report" });
  expect(kept()).toEqual([]);
});

test("what a browser extension violated is not the page's", () => {
  const { kept, drops } = setUp();
  const sourceFile = "chrome-extension://abc/content.js";
  violation({
    effectiveDirective: "style-src",
    blockedURI: "inline",
    disposition: "enforce",
    sourceFile,
    lineNumber: 1,
    columnNumber: 1,
  });
  expect(kept()).toEqual([]);
  expect(drops()).toEqual({ ignored: 1 });
});

/** The browser's observer, which happy-dom has not. */
function stubObserver() {
  const observers: { tell(reports: object[]): void; options: object; observed: boolean }[] = [];
  vi.stubGlobal(
    "ReportingObserver",
    class {
      own: (typeof observers)[number];
      constructor(tell: (reports: object[]) => void, options: object) {
        this.own = { tell, options, observed: false };
        observers.push(this.own);
      }
      observe() {
        this.own.observed = true;
      }
      disconnect() {
        this.own.observed = false;
      }
    },
  );
  return observers;
}

test("an intervention of the browser and a deprecated feature are recorded, those from before included", () => {
  const [observers, { kept, scope }] = [stubObserver(), setUp()];
  expect(observers).toMatchObject([
    { options: { types: ["intervention", "deprecation"], buffered: true }, observed: true },
  ]);
  const body = {
    id: "HeavyAd",
    message: "Ad was removed",
    sourceFile: "https://shop.example/a.js",
    lineNumber: 1,
    columnNumber: 2,
  };
  observers[0]?.tell([
    { type: "intervention", body: null },
    { type: "intervention", body },
    {
      type: "deprecation",
      body: { id: "UnloadHandler", message: "Unload event listeners are deprecated", sourceFile: null },
    },
  ]);
  expect(kept()).toMatchObject([
    {
      error_message: "HeavyAd: Ad was removed",
      error_type: "intervention",
      error_source: "report",
      error_handling: "handled",
    },
    {
      error_message: "UnloadHandler: Unload event listeners are deprecated",
      error_type: "deprecation",
      error_handling: "handled",
    },
  ]);
  expect(kept()[0]?.error_stack).toContain("a.js:1:2");
  scope.stop();
  expect(observers).toMatchObject([{ observed: false }]);
});
