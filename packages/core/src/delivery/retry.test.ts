import { expect, test } from "vitest";
import type { EpochMs } from "../model/units.js";
import { isRetryable, retryAfterMs } from "./retry.js";

const NOW = Date.UTC(2026, 10, 25, 12) as EpochMs;

test.each([
  [null, 0],
  ["", 0],
  ["0", 0],
  ["20", 20_000],
  ["1.5", 1500],
  ["-5", 0],
  ["soon", 0],
  ["Wed, 25 Nov 2026 12:00:30 GMT", 30_000],
  ["Wed, 25 Nov 2026 11:00:00 GMT", 0],
  ["999999999999", 3_600_000],
  ["Infinity", 3_600_000],
  ["Wed, 25 Nov 2099 12:00:00 GMT", 3_600_000],
])("Retry-After %s is %i ms", (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

test("of refusals, timeouts, too many requests and failing servers may be tried again, nothing else", () => {
  const all = Array.from({ length: 200 }, (_, i) => ({ status: i + 400 }));
  expect(all.filter((answer) => isRetryable(answer) && answer.status < 500).map(({ status }) => status)).toEqual([
    408, 429,
  ]);
  expect(all.filter(({ status }) => status >= 500).every(isRetryable)).toBe(true);
});

test.each([
  ["a 204", { status: 204 }, false],
  ["a 202 that says how many it took", { status: 202, json: { accepted: 0 } }, false],
  ["a site's own page", { status: 200 }, true],
  ["JSON of something else", { status: 200, json: {} }, true],
  ["an opaque answer", { status: 0 }, true],
])("%s: tried again is %s", (_name, answer, again) => {
  expect(isRetryable(answer)).toBe(again);
});
