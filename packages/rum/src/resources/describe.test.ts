import { cleanUrl, type RelativeMs } from "@sojourn/core";
import { expect, test } from "vitest";
import { describeResource as describeWith } from "./describe.js";
import type { Found } from "./match.js";

const describeResource = (found: Found<PerformanceResourceTiming>) => describeWith(found, cleanUrl);

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
    resource_initiator: "img",
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
    fields: { resource_error: "network" },
    method: "POST",
    url: "https://blocked.example/x",
    startedAt: 10 as RelativeMs,
    endedAt: 25 as RelativeMs,
    status: 0,
  } as const;
  expect(describeResource({ request })).toEqual({
    resource_url: "https://blocked.example/x",
    resource_initiator: "fetch",
    resource_error: "network",
    resource_method: "POST",
    resource_status: undefined,
    duration: 15e6,
  });
});

test("a duration that Safari reports as zero is taken from the response's end", () => {
  expect(describeResource({ entry: entry({ duration: 0 }) }).duration).toBe(40e6);
});

test("a document's duration ends with its response, and is left out while that has not come", () => {
  const document = { initiatorType: "navigation", startTime: 0, responseEnd: 300, duration: 900 };
  expect(describeResource({ entry: entry(document) }).duration).toBe(300e6);
  expect(describeResource({ entry: entry({ ...document, responseEnd: 0, duration: 0 }) }).duration).toBeUndefined();
});

test("times that are out of order are left out: none is negative", () => {
  const fields = describeResource({
    entry: entry({ responseEnd: 5, duration: 40, domainLookupEnd: 9, connectEnd: 11, responseStart: 20 }),
  });
  expect(fields.duration).toBe(40e6);
  for (const name of ["dns", "tcp", "ssl", "ttfb", "trans"] as const)
    expect(fields[`resource_${name}`]).toBeUndefined();
  expect(describeResource({ entry: entry({ responseEnd: 5, duration: -5 }) }).duration).toBeUndefined();
});

test("redirects of a document begin at its start", () => {
  const document = { initiatorType: "navigation", startTime: 0, redirectStart: 0, redirectEnd: 15 };
  expect(describeResource({ entry: entry(document) }).resource_redirect).toBe(15e6);
});

test("a service worker's time is what passes until it handles the request", () => {
  expect(describeResource({ entry: entry({ workerStart: 11, fetchStart: 14 }) }).resource_worker).toBe(3e6);
  expect(describeResource({ entry: entry({ workerStart: 0, fetchStart: 14 }) }).resource_worker).toBeUndefined();
});
