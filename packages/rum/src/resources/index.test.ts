// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { FakeXhr } from "../test/xhr.js";
import { resources } from "./index.js";

const PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

beforeEach(() => vi.stubGlobal("XMLHttpRequest", class extends FakeXhr {}));
afterEach(() => vi.unstubAllGlobals());

/** A measurement of a page whose entries the test writes. */
function setUp(options: Record<string, unknown> = {}) {
  type Deliver = (list: { getEntries(): object[] }, observer: unknown, more?: object) => void;
  let deliver: Deliver = () => {};
  class Observer {
    static readonly supportedEntryTypes = ["resource"];
    constructor(callback: Deliver) {
      deliver = callback;
    }
    observe() {}
    disconnect() {}
    takeRecords = () => [];
  }
  vi.stubGlobal("PerformanceObserver", Observer);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  const navigation = {
    name: "http://localhost:3000/",
    initiatorType: "navigation",
    startTime: 0,
    responseEnd: 30,
    duration: 90,
  };
  vi.spyOn(performance, "getEntriesByType").mockImplementation(() => [navigation as never]);
  const sdk = createTestSdk({ options });
  const { drain } = sdk.start(resources());
  return {
    ...sdk,
    drain: () => drain?.(false),
    entry: (name: string, initiatorType = "img", more?: object) =>
      deliver(
        { getEntries: () => [{ name, initiatorType, startTime: 1, responseEnd: 2, duration: 1 }] },
        undefined,
        more,
      ),
    urls: () => sdk.events("resource").map(({ resource_url }) => resource_url),
  };
}

test("the document is one resource, with the trace in which its server made it", () => {
  const { drain, events } = setUp();
  document.head.innerHTML = `<meta name="traceparent" content="${PARENT}">`;
  drain();
  drain();
  document.head.innerHTML = "";
  expect(events("resource")).toMatchObject([
    { resource_initiator: "navigation", duration: 30e6, trace_id: PARENT.slice(3, 35), span_id: PARENT.slice(36, 52) },
  ]);
});

test("a request without an entry is one resource", async () => {
  const { events } = setUp();
  await fetch("https://blocked.example/x").catch(() => {});
  expect(events("resource")).toMatchObject([{ resource_url: "https://blocked.example/x", resource_error: "network" }]);
});

test("requests to the intake are none, by entry or by call", async () => {
  const { entry, urls } = setUp({ endpoint: "https://rum.example/v1/rum" });
  entry("https://rum.example/v1/rum?client_token=pub", "fetch");
  await fetch("https://rum.example/v1/rum?client_token=pub").catch(() => {});
  entry("https://rum.example/v1/other");
  expect(urls()).toEqual(["https://rum.example/v1/other"]);
});

test("requests to the intake of another SDK on the page are none, or the two would keep each other awake", async () => {
  const { urls } = setUp({ endpoint: "https://rum.example/v1/rum" });
  const second = setUp({ endpoint: "https://other.example/v1/rum" });
  for (const host of ["rum", "other"]) {
    second.entry(`https://${host}.example/v1/rum?client_token=pub`, "fetch");
    await fetch(`https://${host}.example/v1/rum?client_token=pub`).catch(() => {});
  }
  expect([...urls(), ...second.urls()]).toEqual([]);
});

test("entries that the browser could not keep are counted as left out", () => {
  const { entry, views } = setUp();
  entry("https://shop.example/a.png", "img", { droppedEntriesCount: 12 });
  entry("https://shop.example/b.png", "img", {});
  expect(views.current()?.drops).toEqual({ entries: 12 });
});

test("an address is kept only as the application's own rule allows", () => {
  const { entry, urls } = setUp({ redactUrl: (url: string) => url.replace(/\d+/, "…") });
  entry("https://shop.example/user/17.png");
  expect(urls()).toEqual(["https://shop.example/user/….png"]);
});
