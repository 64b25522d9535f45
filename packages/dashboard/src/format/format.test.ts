import type { EpochMs, Ns } from "@sojourn/core/model";
import { expect, test } from "vitest";
import { formatMs, formatNs, formatStopwatch, NONE } from "./duration.js";
import { formatBytes, formatScore, plural } from "./numbers.js";
import { formatAgo, formatWhen } from "./time.js";
import { lastPart, linkable, shortUrl } from "./url.js";

test.each([
  [0, "0 ms"],
  [0.42, "0.4 ms"],
  [123.4, "123 ms"],
  [999.6, "1.00 s"],
  [1240, "1.24 s"],
  [12_340, "12.3 s"],
  [59_990, "1 min"],
  [125_000, "2 min 5 s"],
  [3_599_900, "1 h"],
  [4_320_000, "1 h 12 min"],
])("writes %d ms as %s", (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test("reads durations as nanoseconds, and shows a dash for what was not measured", () => {
  expect(formatNs(123_000_000 as Ns)).toBe("123 ms");
  expect(formatNs(undefined)).toBe(NONE);
});

test.each([
  [0, 3, "0.000"],
  [12_345.4, 3, "12.345"],
  [62_345, 3, "1:02.345"],
  [3_723_345, 1, "1:02:03.3"],
  [59_999, 0, "1:00"],
  [-1500, 1, "−1.5"],
])("puts %d ms on the stopwatch with %d digits as %s", (ms, digits, text) => {
  expect(formatStopwatch(ms, digits)).toBe(text);
});

test.each([
  [0, "0 B"],
  [312, "312 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [5_000_000, "5 MB"],
  [5_000_000_000, "5 GB"],
])("writes %d bytes as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("counts things with their word", () => {
  expect(plural(1, "session")).toBe("1 session");
  expect(plural(0, "session")).toBe("0 sessions");
  expect(formatScore(0.08333)).toBe("0.083");
});

test("says how long ago, and never in how long", () => {
  const now = 1_700_000_000_000;
  const ago = (seconds: number) => formatAgo((now - seconds * 1000) as EpochMs, now);
  expect([ago(-60), ago(2), ago(12), ago(300), ago(7200), ago(200_000)]).toEqual([
    "just now",
    "just now",
    "12 s ago",
    "5 min ago",
    "2 h ago",
    "2 d ago",
  ]);
});

test("names the day only when it is not today", () => {
  const noon = new Date(2026, 10, 25, 12, 0, 0).getTime();
  const morning = new Date(2026, 10, 25, 8, 0, 0).getTime() as EpochMs;
  const yesterday = new Date(2026, 10, 24, 8, 0, 0).getTime() as EpochMs;
  expect(formatWhen(morning, noon)).not.toContain("25");
  expect(formatWhen(yesterday, noon)).toContain("24");
});

test.each([
  ["https://shop.example/a?b=c", "https://shop.example/a?b=c"],
  ["javascript:alert(1)", undefined],
  ["data:text/html,<script>alert(1)</script>", undefined],
  ["JaVaScRiPt:alert(1)//https://", undefined],
  ["//shop.example", undefined],
  ["", undefined],
])("links %s as %s", (url, href) => {
  expect(linkable(url)).toBe(href);
});

test("shortens addresses to what tells them apart", () => {
  expect(shortUrl("https://shop.example/api/products?x=1", "shop.example")).toBe("/api/products");
  expect(shortUrl("https://cdn.example/app.js", "shop.example")).toBe("cdn.example/app.js");
  expect(shortUrl("not an address")).toBe("not an address");
  expect(shortUrl("data:image/png;base64,AAAA")).toBe("data:image/png;base64,AAAA");
  expect(lastPart("https://cdn.example/js/app.js?v=1")).toBe("app.js");
  expect(lastPart("https://cdn.example/")).toBe("cdn.example");
});
