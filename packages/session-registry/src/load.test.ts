import { expect, test } from "vitest";
import { estimateLoad } from "./load.js";

test("a million users a day cost about thirty writes a second", () => {
  const { reads, writes, rows } = estimateLoad({ authRps: 5000, loginsPerDay: 50_000, dailyUsers: 1_000_000 });
  expect(reads).toBeCloseTo(5001.7, 1);
  expect(writes).toBeCloseTo(31.25, 2);
  expect(rows).toEqual({ sessions: 30e6, marks: 150e6, audit: 40e6, notices: 300_000 });
});

test("a cache takes reads away, connections add their heartbeats", () => {
  const given = { authRps: 1000, loginsPerDay: 0, dailyUsers: 0 };
  expect(estimateLoad({ ...given, cacheHits: 0.9 }).reads).toBeCloseTo(100, 6);
  expect(estimateLoad({ ...given, connections: 300_000 }).reads).toBe(1010);
  expect(estimateLoad({ ...given, users: 0 }).bytes).toBe(0);
});

test("what is no number is named", () => {
  const given = { authRps: 1, loginsPerDay: 1, dailyUsers: 1 };
  expect(() => estimateLoad({ ...given, authRps: -1 })).toThrow("authRps must be 0 or more: -1 was given");
  expect(() => estimateLoad({ ...given, dailyUsers: Number.NaN })).toThrow("dailyUsers");
  expect(() => estimateLoad({ ...given, cacheHits: 2 })).toThrow("cacheHits must be from 0 to 1");
});
