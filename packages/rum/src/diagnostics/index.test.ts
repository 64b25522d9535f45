// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { createWho } from "../who.js";
import { type Diagnostic, diagnostics } from "./index.js";

afterEach(() => vi.unstubAllGlobals());

/** `reached`: whether a request that needs no permission is answered. */
function setUp({ options = {}, reached = true, granted = true } = {}) {
  const fetched: [url: string, mode: unknown][] = [];
  vi.stubGlobal("fetch", async (url: string, { mode }: RequestInit) => {
    fetched.push([url, mode]);
    if (!reached) throw new TypeError("Failed to fetch");
    return new Response(null);
  });
  const made = createTestSdk({ options: { endpoint: "https://rum.example/v1/rum", ...options }, granted });
  const feature = diagnostics();
  const methods = feature.says?.(createWho(), made.sdk.copy, () => {});
  if (!methods) throw new Error("no methods");
  const told: Diagnostic[] = [];
  const stop = methods.onDiagnostics((one) => told.push(one));
  made.start(feature);
  return { ...made, feature, methods, told, stop, fetched, hear: made.sdk.heard.emit };
}
const turn = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const reasons = (told: Diagnostic[]) => told.map(({ reason }) => reason);

test("when everything arrives nothing is said", () => {
  const { told, hear } = setUp();
  hear({ status: 204, json: {} });
  hear({ status: 202, json: { accepted: 1, rejected: [] } });
  expect(told).toEqual([]);
});

test.each([
  [401, "token"],
  [403, "origin"],
  [400, "refused"],
  [413, "refused"],
  [429, "busy"],
  [503, "busy"],
] as const)("a %i is said as %s, with what the intake says", (status, reason) => {
  const { told, hear } = setUp();
  hear({ status, json: { error: { message: "client_token: is unknown" } } });
  expect(told).toEqual([{ reason, detail: "client_token: is unknown" }]);
});

test("events that were rejected are said with their reasons, and a clock that is off as that", () => {
  const { told, hear } = setUp();
  const rejected = [{ index: 0, reason: "context: is too large" }];
  hear({ status: 202, json: { accepted: 1, rejected } });
  hear({
    status: 202,
    json: { accepted: 1, rejected: [{ reason: "date: is more than a day in the future of the collector's clock" }] },
  });
  expect(told).toEqual([
    { reason: "rejected", detail: JSON.stringify(rejected) },
    { reason: "clock", detail: expect.stringContaining("a day in the future") },
  ]);
  hear({ status: 204, json: {} });
  hear({
    status: 400,
    json: { error: { message: "page.page_started_at: is more than 366 days in the past of the collector's clock" } },
  });
  expect(reasons(told)).toEqual(["rejected", "clock", "clock"]);
});

test("an application that is told to send less says so", () => {
  const { told, hear } = setUp();
  hear({ status: 202, json: { accepted: 1, rejected: [], sample_rate: 0 } });
  expect(reasons(told)).toEqual(["silenced"]);
});

test.each([
  [true, "cors"],
  [false, "blocked"],
] as const)("where no answer comes, the intake is there: %s, so it is %s", async (reached, reason) => {
  const { told, hear, fetched } = setUp({ reached });
  for (let i = 0; i < 3; i++) {
    hear({ status: 0 });
    await turn();
  }
  expect(reasons(told)).toEqual([reason]);
  expect(fetched[0]).toEqual(["https://rum.example/v1/rum", "no-cors"]);
});

test("nobody who asks: no further request is made", () => {
  const { hear, fetched } = setUp({ options: { endpoint: "https://rum.example/v1/rum" } });
  const quiet = createTestSdk({ options: { endpoint: "https://rum.example/v1/rum" } });
  quiet.start(diagnostics());
  quiet.sdk.heard.emit({ status: 0 });
  expect(fetched).toEqual([]);
  hear({ status: 0 });
  expect(fetched).toHaveLength(1);
});

test("offline is said as that", () => {
  const { told, hear, fetched } = setUp();
  vi.stubGlobal("navigator", Object.create(navigator, { onLine: { value: false } }));
  hear({ status: 0 });
  expect(reasons(told)).toEqual(["offline"]);
  expect(fetched).toEqual([]);
});

test("a policy of the page that forbids the intake is said; what it forbids elsewhere is the page's own affair", () => {
  const { told } = setUp();
  const violate = (blockedURI: string, disposition = "enforce") =>
    document.dispatchEvent(
      Object.assign(new Event("securitypolicyviolation"), {
        blockedURI,
        effectiveDirective: "connect-src",
        disposition,
      }),
    );
  violate("https://other.example/v1/rum");
  violate("https://rum.example/v1/rum", "report");
  expect(told).toEqual([]);
  violate("https://rum.example/v1/rum");
  expect(told).toEqual([{ reason: "csp", detail: "connect-src" }]);
});

test("a session that is not measured is said, also to who asks later", () => {
  const { told, methods } = setUp({ options: { sessionSampleRate: 0 } });
  expect(reasons(told)).toEqual(["sampling"]);
  const later: Diagnostic[] = [];
  methods.onDiagnostics((one) => later.push(one));
  expect(reasons(later)).toEqual(["sampling"]);
});

test("missing consent is said", () => {
  const { told, feature, sdk } = setUp({ granted: false });
  feature.forget?.(sdk.options);
  expect(reasons(told)).toEqual(["consent"]);
});

test("a reason is said once until something arrived, and no more to who stopped it", () => {
  const { told, hear, stop } = setUp();
  for (let i = 0; i < 3; i++) hear({ status: 503 });
  expect(reasons(told)).toEqual(["busy"]);
  hear({ status: 204 });
  hear({ status: 503 });
  expect(reasons(told)).toEqual(["busy", "busy"]);
  stop();
  hear({ status: 204 });
  hear({ status: 503 });
  expect(told).toHaveLength(2);
});

test("a callback that throws costs nothing", () => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { told, methods, hear } = setUp({ options: { sessionSampleRate: 0 } });
  methods.onDiagnostics(() => {
    throw new Error("theirs");
  });
  hear({ status: 503 });
  expect(reasons(told)).toEqual(["sampling", "busy"]);
  expect(said).toHaveBeenCalled();
});
