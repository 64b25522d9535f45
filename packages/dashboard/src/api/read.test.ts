import { expect, test } from "vitest";
import { detail, detailBody, sessionRow, T0 } from "../testing.js";
import { readSessionDetail, readSessionPage } from "./read.js";

test("reads a page of sessions", () => {
  const page = readSessionPage({ items: [sessionRow()], next: "c1" });
  expect(page.next).toBe("c1");
  expect(page.items[0]).toMatchObject({ session_id: sessionRow().session_id, session_view_count: 2, date: T0 });
});

test("reads 64-bit numbers that come as strings, and anything absurd as nothing", () => {
  const row = sessionRow({
    time_spent: "9007199254740993",
    session_view_count: "7",
    session_error_count: {},
    date: "x",
    user_id: 5,
  });
  const item = readSessionPage({ items: [row], next: null }).items[0];
  expect(item).toMatchObject({ session_view_count: 7, session_error_count: 0, date: 0, user_id: "" });
  expect(item?.time_spent).toBeGreaterThan(9e15);
});

test.each([undefined, null, [], "x", { items: "x" }, { items: [null, 5, {}], next: 3 }])(
  "finds no session in %j",
  (body) => {
    expect(readSessionPage(body)).toEqual({ items: [], next: null });
  },
);

test("puts views and events into the order of time, the view events left to the views", () => {
  const { views, events } = detail();
  expect(views.map((view) => view.view_id)).toEqual(["v1", "v2"]);
  expect(events.map((event) => event.seq)).toEqual([2, 3, 4, 5, 6, 7, 8]);
});

test("leaves out fields that were not recorded", () => {
  expect(detail().events[0]).not.toHaveProperty("context");
});

test("keeps an event of a type it does not know", () => {
  expect(detail().events.at(-1)).toMatchObject({ type: "other", other_type: "hologram", depth: 3 });
});

test("takes names of Object's prototype for unknown types", () => {
  const body = detailBody();
  const read = readSessionDetail({ ...body, events: [{ ...body.events[1], type: "constructor" }] });
  expect(read?.events[0]).toMatchObject({ type: "other", other_type: "constructor" });
});

test.each([undefined, null, {}, { session: {} }, { error: { message: "x" } }])("is undefined for %j", (body) => {
  expect(readSessionDetail(body)).toBeUndefined();
});
