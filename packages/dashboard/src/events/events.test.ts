import { expect, test } from "vitest";
import { detail } from "../testing.js";
import { describe } from "./describe.js";
import { countChoices, listEntries, narrow } from "./entries.js";
import { missingWords } from "./missing.js";

test("says each event in one line", () => {
  const lines = detail().events.map((event) => describe(event, "shop.example"));
  expect(lines.map(({ label, title, figures, tone }) => [label, title, figures.join(" · "), tone])).toEqual([
    ["document", "/", "200 · 2.05 kB · 400 ms", "plain"],
    ["Click", "Order", "", "plain"],
    ["POST", "/api/orders", "500 · 250 ms", "alarm"],
    ["Long frame", "pack · onclick · shop.example/lab.js", "blocking 130 ms · 180 ms", "warning"],
    ["TypeError", "order.total is undefined", "unhandled", "alarm"],
    ["Vital", "checkout", "900 ms", "plain"],
    ["hologram", "", "", "plain"],
  ]);
});

test("lists a view before what happened in it", () => {
  const entries = listEntries(detail());
  expect(entries.map((entry) => (entry.kind === "view" ? entry.view.view_path : entry.event.type))).toEqual([
    "/",
    "resource",
    "/cart",
    "action",
    "resource",
    "long_task",
    "error",
    "vital",
    "other",
  ]);
});

test("offers only kinds that are there, with their counts", () => {
  const counts = countChoices(listEntries(detail()));
  expect(counts.map(({ choice, count }) => `${choice} ${count}`)).toEqual([
    "all 9",
    "view 2",
    "action 1",
    "error 1",
    "resource 2",
    "long_task 1",
    "vital 1",
    "other 1",
  ]);
});

test("says where fewer are listed than were counted", () => {
  expect(missingWords(detail())).toEqual([]);
  expect(missingWords(detail({ session_resource_count: 12_345, session_error_count: 2 }))).toEqual([
    "1 of 2 errors",
    "2 of 12,345 resources",
  ]);
});

test("finds events by their kind and by any text they show", () => {
  const entries = listEntries(detail());
  const keys = (found: typeof entries | readonly { key: string }[]) => found.map((entry) => entry.key);
  expect(keys(narrow(entries, "resource", ""))).toEqual(["p1:2", "p1:4"]);
  expect(keys(narrow(entries, "all", "ORDER"))).toEqual(["p1:3", "p1:4", "p1:6"]);
  expect(keys(narrow(entries, "resource", "500"))).toEqual(["p1:4"]);
  expect(narrow(entries, "all", "  ")).toBe(entries);
});
