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

test("timeouts, too many requests and failing servers may be tried again, nothing else", () => {
  const all = Array.from({ length: 500 }, (_, i) => i + 100);
  expect(all.filter((status) => isRetryable(status) && status < 500)).toEqual([408, 429]);
  expect(all.filter((status) => status >= 500).every(isRetryable)).toBe(true);
});
