import { expect, test } from "vitest";
import { readSessionDetail } from "../api/read.js";
import { detail, detailBody, T0 } from "../testing.js";
import { buildTimeline } from "./lanes.js";
import { resourceGroup } from "./resource-group.js";

test("has a lane for each view, in order of time, and one for what belongs to none", () => {
  const { lanes, origin, end } = buildTimeline(detail());
  expect(origin).toBe(T0);
  expect(end).toBe(30_000);
  expect(lanes.map((lane) => lane.view?.view_path)).toEqual(["/", "/cart", undefined]);
  expect(lanes.map(({ start, end: last }) => [start, last])).toEqual([
    [0, 10_000],
    [10_000, 30_000],
    [14_000, 14_000],
  ]);
});

test("draws resources as bars and long tasks as blocks, in ms", () => {
  const [first, second] = buildTimeline(detail()).lanes;
  expect(first?.bars).toMatchObject([{ key: "p1:2", start: 0, end: 400, row: 0 }]);
  expect(second?.bars).toMatchObject([{ key: "p1:4", start: 12_050, end: 12_300 }]);
  expect(second?.blocks).toMatchObject([{ key: "p1:5", start: 12_100, end: 12_280 }]);
});

test("marks clicks, errors and vitals where they happened", () => {
  const [first, second] = buildTimeline(detail()).lanes;
  expect(first?.marks.map(({ kind, label, start }) => [kind, label, start])).toEqual([
    ["vital", "FCP", 700],
    ["vital", "LCP", 2600],
    ["vital", "hydrated", 1500],
  ]);
  expect(second?.marks.map(({ kind, start }) => [kind, start])).toEqual([
    ["action", 12_000],
    ["error", 12_300],
    ["vital", 13_000],
  ]);
});

test("knows when a view had settled", () => {
  const [first, second] = buildTimeline(detail()).lanes;
  expect(first?.loaded).toBe(900);
  expect(second).not.toHaveProperty("loaded");
});

test("numbers the tabs when there is more than one", () => {
  const body = detailBody();
  const [cart, home] = body.views;
  const read = readSessionDetail({ ...body, views: [{ ...cart, tab_id: "t2" }, home] });
  if (read === undefined) throw new Error("unreadable");
  expect(buildTimeline(read).lanes.map((lane) => lane.tab)).toEqual([1, 2, undefined]);
  expect(buildTimeline(detail()).lanes[0]).not.toHaveProperty("tab");
});

test("begins with the first event when that came before the session's own date", () => {
  const { origin, lanes } = buildTimeline(detail({ date: T0 + 500 }));
  expect(origin).toBe(T0);
  expect(lanes[0]?.start).toBe(0);
});

test("has a timeline of a session of which nothing but its row is known", () => {
  const read = readSessionDetail({ ...detailBody({ time_spent: 0 }), views: [], events: [] });
  if (read === undefined) throw new Error("unreadable");
  expect(buildTimeline(read)).toEqual({ origin: T0, start: 0, end: 1, lanes: [] });
});

test("colours resources by their type, and never by what a browser made up", () => {
  expect(["fetch", "xhr", "js", "media", "toString", "x y", undefined].map(resourceGroup)).toEqual([
    "request",
    "request",
    "script",
    "image",
    "other",
    "other",
    "other",
  ]);
});
