import { ENVELOPE, EVENT_FIELDS, EVENT_TYPES, type FieldTable, KINDS, readSpec } from "@sojourn/core/model";
import { expect, test } from "vitest";
import { at, beacon, errorEvent, NOON, resourceEvent, session, view, viewEvent } from "../testing/beacons.js";
import { type Checked, checkBeacon } from "./check.js";

const DAY = 86_400_000;

/** As it arrives: through JSON. */
const check = (body: unknown): Checked => checkBeacon(JSON.parse(JSON.stringify(body)), NOON);

function rejection(event: unknown): string | undefined {
  const checked = check({ ...beacon(), events: [event] });
  return checked.ok ? checked.rejected[0]?.reason : `beacon: ${checked.flaw.field}`;
}

function flaw(body: unknown): string {
  const checked = check(body);
  return checked.ok ? "none" : `${checked.flaw.field}: ${checked.flaw.reason}`;
}

test("takes a whole beacon", () => {
  const checked = check(beacon({ events: [viewEvent(), errorEvent(), resourceEvent()] }));
  expect(checked.ok && checked.rejected).toEqual([]);
  expect(checked.ok && checked.beacon.events.map(({ type }) => type)).toEqual(["view", "error", "resource"]);
});

test("keeps the good events and names what is wrong with each bad one", () => {
  const checked = check({
    ...beacon(),
    events: [viewEvent(), { type: "spell" }, errorEvent(), { ...errorEvent(), seq: -1 }, 7],
  });
  expect(checked.ok && checked.beacon.events).toHaveLength(2);
  expect(checked.ok && checked.rejected).toEqual([
    { index: 1, reason: "type: must be one of view, action, error, resource, long_task, vital" },
    { index: 3, reason: "seq: must be at least 0" },
    { index: 4, reason: "event: must be an object" },
  ]);
});

test("drops fields it does not know", () => {
  const checked = check({ ...beacon(), secret: 1, events: [{ ...errorEvent(), ip: "1.2.3.4", browser: "made up" }] });
  expect(JSON.stringify(checked)).not.toMatch(/secret|1\.2\.3\.4|made up/);
});

// One test a field of the tables: whatever is added there is bounded here.
const fields = EVENT_TYPES.flatMap((type) =>
  Object.entries({ ...ENVELOPE, ...EVENT_FIELDS[type] } as FieldTable)
    .filter(([name]) => name !== "type")
    .map(([name, spec]) => ({ type, name, ...readSpec(spec) })),
);
const examples = {
  view: viewEvent(),
  error: errorEvent(),
  resource: resourceEvent(),
  action: { type: "action", seq: 4, date: at(0), action_id: "a", action_type: "click", action_name: "Buy" },
  long_task: { type: "long_task", seq: 5, date: at(0), duration: 1, long_task_entry_type: "longtask" },
  vital: { type: "vital", seq: 6, date: at(0), vital_name: "checkout" },
};

test.each(fields)("refuses $type.$name beyond the bound of its kind, $kind", ({ type, name, kind, required }) => {
  const example = examples[type];
  expect(rejection(example)).toBeUndefined();
  const bound = KINDS[kind];
  const beyond =
    "maxLength" in bound
      ? "x".repeat(bound.maxLength + 1)
      : "maximum" in bound
        ? bound.maximum * 2
        : "maxBytes" in bound
          ? bound.json === "array"
            ? ["x".repeat(bound.maxBytes)]
            : { x: "x".repeat(bound.maxBytes) }
          : "yes";
  expect(rejection({ ...example, [name]: beyond })).toMatch(new RegExp(`^${name}: `));
  expect(rejection({ ...example, [name]: null })).toMatch(new RegExp(`^${name}: `));
  if (required) expect(rejection({ ...example, [name]: undefined })).toBe(`${name}: is missing`);
});

test("counts characters, not UTF-16 units", () => {
  expect(rejection(errorEvent({ error_type: "😀".repeat(512) }))).toBeUndefined();
  expect(rejection(errorEvent({ error_type: "😀".repeat(513) }))).toBe("error_type: must have at most 512 characters");
});

test.each([
  ["s", "sessions"],
  ["w", "views"],
  ["u", "users"],
])("refuses an event whose %s names nothing", (index, list) => {
  expect(rejection({ ...errorEvent(), [index]: 1 })).toBe(`${index}: names no entry of ${list}`);
});

test("refuses events whose date cannot be right by the collector's clock", () => {
  expect(rejection(errorEvent({ date: at(DAY) }))).toBeUndefined();
  expect(rejection(errorEvent({ date: at(DAY + 1) }))).toMatch(/^date: is more than a day in the future/);
  expect(rejection(errorEvent({ date: at(-30 * DAY) }))).toBeUndefined();
  expect(rejection(errorEvent({ date: at(-30 * DAY - 1) }))).toMatch(/^date: is more than 30 days in the past/);
});

test("refuses reserved names in an event without refusing the others", () => {
  const body = `{"type":"error","seq":9,"date":${NOON},"error_message":"x","error_source":"s","error_handling":"h","context":{"__proto__":{"admin":true}}}`;
  const text = JSON.stringify({ ...beacon(), events: [errorEvent(), "HERE"] }).replace('"HERE"', body);
  const checked = checkBeacon(JSON.parse(text), NOON);
  expect(checked.ok && checked.beacon.events).toHaveLength(1);
  expect(checked.ok && checked.rejected).toEqual([{ index: 1, reason: "context.__proto__: is a reserved name" }]);
});

test.each([
  ["not an object", [], "body: must be a JSON object"],
  ["null", null, "body: must be a JSON object"],
  ["another wire version", { ...beacon(), v: 3 }, "v: must be 1, the wire version this collector reads"],
  ["no events", { ...beacon(), events: undefined }, "events: is missing"],
  ["too many events", { ...beacon(), events: Array(1001).fill(0) }, "events: must have at most 1000 entries"],
  ["too many views", { ...beacon(), views: Array(201).fill(view()) }, "views: must have at most 200 entries"],
  ["a page without id", { ...beacon(), page: { page_started_at: NOON } }, "page.page_id: is missing"],
  [
    "a page id with other characters",
    { ...beacon(), page: { page_id: "a b", page_started_at: NOON } },
    "page.page_id: must have letters, digits, - and _ only",
  ],
  [
    "an unknown session type",
    beacon({ sessions: [session({ session_type: "robot" })] }),
    'sessions[0].session_type: must be "user" or "synthetics"',
  ],
  [
    "a first view that is not there",
    beacon({ sessions: [session({ first_view: 5 })] }),
    "sessions[0].first_view: names no entry of views",
  ],
  [
    "a session of the far past",
    beacon({ sessions: [session({ session_created_at: at(-31 * DAY) })] }),
    "sessions[0].session_created_at: is more than 30 days in the past of the collector's clock",
  ],
  [
    "a page of the future",
    beacon({ page: { page_id: "p", page_started_at: at(2 * DAY) } }),
    "page.page_started_at: is more than a day in the future of the collector's clock",
  ],
])("refuses a beacon with %s", (_, body, expected) => {
  expect(flaw(body)).toBe(expected);
});

test("takes a page that has been open for half a year", () => {
  expect(flaw(beacon({ page: { page_id: "p", page_started_at: at(-180 * DAY) } }))).toBe("none");
});

test("refuses reserved names outside the events", () => {
  const text = JSON.stringify(beacon()).replace('{"v":1', '{"__proto__":{"v":1},"v":1');
  expect(checkBeacon(JSON.parse(text), NOON)).toEqual({
    ok: false,
    flaw: { field: "__proto__", reason: "is a reserved name" },
  });
});
