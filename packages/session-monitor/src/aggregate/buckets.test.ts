import { expect, test } from "vitest";
import { cut } from "./buckets.js";

const at = (text: string) => Date.parse(text);
const hours = (buckets: readonly { from: number; to: number }[]) =>
  buckets.map(({ from, to }) => (to - from) / 3_600_000);

test("days where clocks change are 23 and 25 hours long", () => {
  const spring = cut(at("2026-03-28T23:00Z"), at("2026-03-30T22:00Z"), "day", "Europe/Berlin");
  expect(hours(spring)).toEqual([23, 24]);
  const autumn = cut(at("2026-10-24T22:00Z"), at("2026-10-26T23:00Z"), "day", "Europe/Berlin");
  expect(hours(autumn)).toEqual([25, 24]);
});

test.each([
  ["Pacific/Kiritimati", "2026-01-04T10:00Z"],
  ["Pacific/Pago_Pago", "2026-01-05T11:00Z"],
  ["Asia/Kathmandu", "2026-01-04T18:15Z"],
])("a day of %s begins at %s", (zone, begin) => {
  const [first, second] = cut(at(begin) - 1, at(begin) + 1, "day", zone);
  expect([first?.to, second?.from]).toEqual([at(begin), at(begin)]);
});

test("a day that begins at one o'clock, since midnight is skipped, begins there", () => {
  const [first] = cut(at("2026-04-23T22:00Z"), at("2026-04-25T22:00Z"), "day", "Africa/Cairo");
  expect(hours([first ?? { from: 0, to: 0 }])).toEqual([23]);
});

test("weeks begin on Monday, months on the first; the ends are cut off", () => {
  const weeks = cut(at("2026-01-07T00:00Z"), at("2026-01-20T00:00Z"), "week", "UTC");
  expect(weeks.map(({ from }) => new Date(from).toISOString().slice(0, 10))).toEqual([
    "2026-01-07",
    "2026-01-12",
    "2026-01-19",
  ]);
  const months = cut(at("2026-01-31T00:00Z"), at("2026-03-02T00:00Z"), "month", "UTC");
  expect(months.map(({ from }) => new Date(from).toISOString().slice(0, 10))).toEqual([
    "2026-01-31",
    "2026-02-01",
    "2026-03-01",
  ]);
});

test("hours of a zone with a quarter of an hour begin on its own hours", () => {
  const [first] = cut(at("2026-01-05T00:00Z"), at("2026-01-05T02:00Z"), "hour", "Asia/Kathmandu");
  expect(first?.to).toBe(at("2026-01-05T00:15Z"));
});

test.each([
  [2, 1, "day", "UTC", "from must be before to"],
  [0, 1, "day", "Middle/Earth", 'timeZone must be an IANA name such as "Europe/Berlin": "Middle/Earth" was given'],
  [0, 1e13, "hour", "UTC", 'bucket: "hour" cuts this range into more than 10000 pieces'],
] as const)("%s to %s by %s in %s is refused", (from, to, size, zone, message) => {
  expect(() => cut(from, to, size, zone)).toThrow(message);
});
