import { expect, test } from "vitest";
import { readSessionPage } from "../api/read.js";
import { sessionRow, T0 } from "../testing.js";
import { histogram, isLive, lastActive, summarize } from "./summary.js";

const { items } = readSessionPage({
  items: [
    sessionRow({ session_id: "a", date: T0 + 100_000, time_spent: 5e9, session_error_count: 0 }),
    sessionRow({ session_id: "b", date: T0, time_spent: 110e9, session_error_count: 2 }),
    sessionRow({ session_id: "c", date: T0 - 50_000, time_spent: 0, session_error_count: 1 }),
  ],
  next: null,
});

test("a session was last active its time spent after it began", () => {
  expect(items.map(lastActive)).toEqual([T0 + 105_000, T0 + 110_000, T0 - 50_000]);
});

test("a session is live for a minute after its last activity", () => {
  const [a] = items;
  if (a === undefined) throw new Error("no session");
  expect(isLive(a, T0 + 164_999)).toBe(true);
  expect(isLive(a, T0 + 165_000)).toBe(false);
});

test("sums up the sessions it is given", () => {
  expect(summarize(items, T0 + 120_000)).toEqual({ sessions: 3, live: 2, views: 6, errors: 3, withErrors: 2 });
});

test("counts sessions by the time they began, the end left out", () => {
  const buckets = histogram(items, T0 - 50_000, T0 + 100_000, 3);
  expect(buckets.map((bucket) => bucket.sessions)).toEqual([1, 1, 0]);
  expect(buckets.map((bucket) => bucket.withErrors)).toEqual([1, 1, 0]);
});
