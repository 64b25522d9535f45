import { expect, test } from "vitest";
import { type Route, readRoute, writeRoute } from "./route.js";
import { NO_FILTERS } from "./sessions/filters.js";

test.each<Route>([
  { name: "sessions", filters: NO_FILTERS },
  { name: "sessions", filters: { ...NO_FILTERS, range: "7d", user_id: "a?b#c&d" } },
  { name: "session", id: "0f1e2d3c-0000-4000-8000-000000000000" },
  { name: "session", id: "a/b c", event: "page:12" },
])("reads back the address it wrote", (route) => {
  expect(readRoute(writeRoute(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nowhere", "#/sessions/a/b"])("shows the list for %s", (hash) => {
  expect(readRoute(hash)).toEqual({ name: "sessions", filters: NO_FILTERS });
});

test("takes an id that is no valid escape as it is", () => {
  expect(readRoute("#/sessions/%zz")).toEqual({ name: "session", id: "%zz" });
});
