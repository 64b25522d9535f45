import type { RelativeMs } from "@sojourn/core";
import { expect, test } from "vitest";
import { describeResource } from "./describe.js";

const entry = (fields: Partial<PerformanceResourceTiming> & { responseStatus?: number } = {}) =>
  ({
    name: "https://shop.example/a.png?token=s3cret",
    initiatorType: "img",
    startTime: 10,
    duration: 40,
    requestStart: 20,
    responseStart: 30,
    responseEnd: 50,
    domainLookupStart: 10,
    domainLookupEnd: 12,
    connectStart: 12,
    connectEnd: 18,
    secureConnectionStart: 14,
    redirectStart: 0,
    redirectEnd: 0,
    transferSize: 1300,
    encodedBodySize: 1000,
    decodedBodySize: 2000,
    nextHopProtocol: "h2",
    ...fields,
  }) as PerformanceResourceTiming;

test("an entry gives nanoseconds and bytes, and a cleaned address", () => {
  expect(describeResource({ entry: entry({ responseStatus: 200 }) })).toMatchObject({
    resource_url: "https://shop.example/a.png?token=REDACTED",
    resource_type: "image",
    resource_status: 200,
    duration: 40e6,
    resource_protocol: "h2",
    resource_transfer_size: 1300,
    resource_dns: 2e6,
    resource_tcp: 6e6,
    resource_ssl: 4e6,
    resource_ttfb: 10e6,
    resource_trans: 20e6,
    resource_redirect: undefined,
  });
});

test("what another origin does not tell is left out, never zero", () => {
  const fields = describeResource({
    entry: entry({ requestStart: 0, responseStart: 0, transferSize: 0, encodedBodySize: 0, decodedBodySize: 0 }),
  });
  expect(fields.duration).toBe(40e6);
  expect(fields).not.toHaveProperty("resource_transfer_size");
  expect(fields).not.toHaveProperty("resource_ttfb");
});

test("a request without an entry still has its method and duration, and no status when there was no answer", () => {
  const request = {
    kind: "fetch",
    method: "POST",
    url: "https://blocked.example/x",
    startedAt: 10 as RelativeMs,
    endedAt: 25 as RelativeMs,
    status: 0,
  } as const;
  expect(describeResource({ request })).toEqual({
    resource_url: "https://blocked.example/x",
    resource_type: "fetch",
    resource_method: "POST",
    resource_status: undefined,
    duration: 15e6,
  });
});

test.each([
  ["navigation", "https://a.example/", "document"],
  ["script", "https://a.example/x", "js"],
  ["link", "https://a.example/x.css?v=1", "css"],
  ["link", "https://a.example/x.mjs", "js"],
  ["css", "https://a.example/x.woff2", "font"],
  ["css", "https://a.example/x.svg#icon", "image"],
  ["beacon", "https://a.example/x", "beacon"],
  ["video", "https://a.example/x", "media"],
  ["other", "https://a.example/x", "other"],
])("initiator %s of %s is %s", (initiatorType, name, type) => {
  expect(describeResource({ entry: entry({ initiatorType, name }) }).resource_type).toBe(type);
});

test("a duration that Safari reports as zero is taken from the response's end", () => {
  expect(describeResource({ entry: entry({ duration: 0 }) }).duration).toBe(40e6);
});

test("a document's duration ends with its response, and is left out while that has not come", () => {
  const document = { initiatorType: "navigation", startTime: 0, responseEnd: 300, duration: 900 };
  expect(describeResource({ entry: entry(document) }).duration).toBe(300e6);
  expect(describeResource({ entry: entry({ ...document, responseEnd: 0, duration: 0 }) }).duration).toBeUndefined();
});
