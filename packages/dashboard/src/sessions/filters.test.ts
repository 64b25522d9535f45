import { expect, test } from "vitest";
import {
  type Filters,
  isFiltered,
  NO_FILTERS,
  rangeInWords,
  readFilters,
  roomQuery,
  sessionQuery,
  writeFilters,
} from "./filters.js";

test("leaves everything at its default out of the address", () => {
  expect(writeFilters(NO_FILTERS).toString()).toBe("");
  expect(readFilters(new URLSearchParams())).toEqual(NO_FILTERS);
});

test.each<Filters>([
  {
    ...NO_FILTERS,
    worst_vital: "poor",
    has_error: "false",
    browser: "Firefox",
    range: "7d",
    application_id: "shop",
    session_type: "synthetics",
    user_id: "ada & co",
    path_group: "/a/?",
    version: "2.0",
  },
  { ...NO_FILTERS, from: 1_700_000_000_000, to: 1_700_000_360_000 },
  { ...NO_FILTERS, from: 5 },
  { ...NO_FILTERS, range: "all" },
])("reads back what it wrote", (filters) => {
  expect(readFilters(new URLSearchParams(writeFilters(filters).toString()))).toEqual(filters);
});

test("ignores what it does not understand", () => {
  const query = new URLSearchParams({
    range: "toString",
    from: "yesterday",
    to: "-5",
    other: "x",
    has_error: "perhaps",
    worst_vital: "terrible",
    user_id: "u".repeat(9999),
  });
  const { user_id, ...rest } = readFilters(query);
  expect({ ...rest, user_id: "" }).toEqual(NO_FILTERS);
  expect(user_id).toHaveLength(512);
});

test("asks for a range that moves with the clock", () => {
  expect(sessionQuery({ ...NO_FILTERS, range: "1h" }, 10_000_000).from).toBe(6_400_000);
  expect(sessionQuery({ ...NO_FILTERS, range: "all" }, 10_000_000).from).toBeUndefined();
});

test("asks for fixed moments as they are", () => {
  expect(sessionQuery({ ...NO_FILTERS, to: 7 }, 10_000_000)).toMatchObject({ from: undefined, to: 7 });
});

test("all time is not a filter, a shorter range is", () => {
  expect(isFiltered(NO_FILTERS)).toBe(false);
  expect(isFiltered({ ...NO_FILTERS, range: "all" })).toBe(false);
  expect(isFiltered({ ...NO_FILTERS, range: "15m" })).toBe(true);
  expect(isFiltered({ ...NO_FILTERS, user_id: "ada" })).toBe(true);
});

test("says the range in words", () => {
  expect(rangeInWords(NO_FILTERS)).toBe("in the last 24 hours");
  expect(rangeInWords({ ...NO_FILTERS, range: "all" })).toBe("so far");
  expect(rangeInWords({ ...NO_FILTERS, from: 1 })).toBe("in the chosen time");
});

test("a room with figures asks for a period and the one before it, as long", () => {
  const { query, back } = roomQuery({ ...NO_FILTERS, range: "1h", version: "2.0" }, 90_000_001);
  // To the end of this minute: the question stays the same while the minute lasts.
  expect(query).toMatchObject({ from: 86_460_000, to: 90_060_000, version: "2.0" });
  expect(back).toMatchObject({ from: 82_860_000, to: 86_460_000, version: "2.0" });
  expect(roomQuery({ ...NO_FILTERS, from: 10, to: 30 }, 99)).toMatchObject({
    query: { from: 10, to: 30 },
    back: { from: 0, to: 10 },
  });
  expect(roomQuery({ ...NO_FILTERS, range: "all" }, 99)).toMatchObject({ query: { from: 0 }, back: undefined });
});
