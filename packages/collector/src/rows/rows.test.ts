import type { EpochMs, WireEvent } from "@sojourn/core/model";
import { expect, test } from "vitest";
import { at, beacon, errorEvent, NOON, resourceEvent, session, view, viewEvent } from "../testing/beacons.js";
import type { Row } from "./events.js";
import { rowsOf as generate, type Table } from "./index.js";
import type { LogRecord } from "./record.js";
import { urlParts } from "./url.js";

function record(more: Partial<LogRecord> = {}): LogRecord {
  const { application_id, sdk, page, sessions, views, events } = beacon();
  return {
    r: 1,
    received_at: NOON,
    client: {
      ip: "203.0.113.0",
      country: "",
      browser: "Chrome",
      browser_version: "130",
      os: "Linux",
      os_version: "",
      device: "desktop",
      bot: false,
    },
    application_id,
    sdk,
    page,
    sessions,
    views,
    users: [],
    events,
    ...more,
  };
}

function rowsOf(records: LogRecord[]): Map<Table, Row[]> {
  const rows = new Map<Table, Row[]>();
  for (const each of records) {
    for (const [table, { shared, own }] of generate(each))
      rows.set(table, [...(rows.get(table) ?? []), { ...shared, ...own }]);
  }
  return rows;
}

test.each([
  [
    "https://shop.example/orders/1234?a=1",
    { host: "shop.example", path: "/orders/1234", path_group: "/orders/?", url_query: '{"a":"1"}' },
  ],
  ["https://shop.example:8080/", { host: "shop.example:8080", path: "/", path_group: "/", url_query: "{}" }],
  [
    "https://x.example/?a=1&a=2&b=",
    { host: "x.example", path: "/", path_group: "/", url_query: '{"a":["1","2"],"b":""}' },
  ],
  [
    "https://x.example/?__proto__=1&constructor=2&ok=3",
    { host: "x.example", path: "/", path_group: "/", url_query: '{"ok":"3"}' },
  ],
  ["not a url", { host: "", path: "", path_group: "", url_query: "{}" }],
  ["javascript:alert(1)", { host: "", path: "", path_group: "", url_query: "{}" }],
  ["https://[broken", { host: "", path: "", path_group: "", url_query: "{}" }],
])("takes %s apart", (url, expected) => {
  expect(urlParts(url)).toEqual(expected);
});

test("an application's own group wins over the derived one", () => {
  const rows = rowsOf([record({ views: [view({ view_path_group: "/cart/:id" })] })]);
  expect(rows.get("errors")?.[0]?.view_path_group).toBe("/cart/:id");
  expect(rows.get("session_pages")?.[0]?.first_view).toMatchObject({ path_group: "/cart/:id" });
});

test("an event gets the session, view and user it points at", () => {
  const rows = rowsOf([
    record({
      sessions: [session(), session({ session_id: "s2", session_type: "synthetics" })],
      views: [view(), view({ view_id: "v2", view_url: "https://shop.example/b" })],
      users: [{}, { user_id: "u1", user_email: "u1@shop.example" }],
      events: [errorEvent(), errorEvent({ seq: 3, s: 1, w: 1, u: 1 })],
    }),
  ]);
  expect(rows.get("errors")).toMatchObject([
    { seq: 2, session_id: "s1", session_type: "user", view_id: "v1", user_id: "" },
    {
      seq: 3,
      session_id: "s2",
      session_type: "synthetics",
      view_id: "v2",
      view_path: "/b",
      user_id: "u1",
      user_email: "u1@shop.example",
    },
  ]);
});

test("absent numbers are null, absent texts empty, objects JSON", () => {
  const [row] =
    rowsOf([record({ events: [resourceEvent({ context: { cart: { items: 2 } } })] })]).get("resources") ?? [];
  expect(row).toMatchObject({
    duration: null,
    resource_method: "",
    resource_status: 404,
    resource_status_group: "4xx",
    resource_host: "shop.example",
    resource_path: "/api/orders/77",
    resource_path_group: "/api/orders/?",
    resource_url_query: '{"page":"2"}',
    context: '{"cart":{"items":2}}',
  });
});

test.each([
  ["fetch", "https://x.example/data.json", "fetch"],
  ["xmlhttprequest", "https://x.example/a.png", "xhr"],
  ["navigation", "https://x.example/", "document"],
  ["script", "https://x.example/loader?v=2", "js"],
  ["link", "https://x.example/a/site.CSS?v=1.png", "css"],
  ["css", "https://x.example/inter.woff2#iefix", "font"],
  ["css", "https://x.example/tea.webp", "image"],
  ["link", "https://x.example/v1.2/theme", "other"],
  ["other", "https://x.example/app.mjs", "js"],
  [undefined, "https://x.example/film.mp4", "media"],
  [undefined, "data:", "other"],
  ["constructor", "https://x.example/x.constructor", "other"],
])("a resource without a type that a %s asked for, %s, is of type %s", (resource_initiator, resource_url, type) => {
  const events = [resourceEvent({ resource_type: undefined, resource_initiator, resource_url })];
  expect(rowsOf([record({ events })]).get("resources")?.[0]?.resource_type).toBe(type);
});

test("a stylesheet whose name does not tell is known by what it holds up; a sender's own word stands", () => {
  const link = { resource_initiator: "link", resource_url: "https://x.example/theme" };
  const events = [
    resourceEvent({ ...link, resource_type: undefined, resource_render_blocking_status: "blocking" }),
    resourceEvent({ ...link, resource_type: "font" }),
  ];
  const rows = rowsOf([record({ events })]).get("resources");
  expect(rows?.map(({ resource_type }) => resource_type)).toEqual(["css", "font"]);
});

test("an error has its calls, those of its causes, and a group unless its sender knows a better one", () => {
  const stack = "TypeError: no\n    at buy (https://shop.example/app.js:3:9)";
  const frames = [{ function: "buy", file: "https://shop.example/app.js", line: 3, column: 9 }];
  const causes = [
    { message: "root", type: "Error", stack: "pay@https://shop.example/pay.js:1:2" },
    "no object",
    { stack: 7 },
  ];
  const rows = rowsOf([
    record({
      events: [
        errorEvent({ error_stack: stack, error_causes: causes }),
        errorEvent({ error_fingerprint: "cart" }),
        errorEvent(),
      ],
    }),
  ]).get("errors");
  const [first, second, third] = rows ?? [];
  expect(JSON.parse(String(first?.error_frames))).toEqual(frames);
  expect(JSON.parse(String(first?.error_causes))).toEqual([
    {
      ...(causes[0] as object),
      frames: [{ function: "pay", file: "https://shop.example/pay.js", line: 1, column: 2 }],
    },
    "no object",
    { stack: 7 },
  ]);
  expect(second).toMatchObject({ error_fingerprint: "cart", error_frames: "", error_causes: "" });
  expect(third?.error_fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(first?.error_fingerprint).not.toBe(third?.error_fingerprint);
});

test("an event carries the account of its user", () => {
  const users = [{ user_id: "u1", account_id: "a1", account_name: "Tea Ltd" }];
  const [row] = rowsOf([record({ users })]).get("errors") ?? [];
  expect(row).toMatchObject({ account_id: "a1", account_name: "Tea Ltd" });
});

test("all rows of a table have the same columns in the same order, as inserts rely on", () => {
  const events = [
    viewEvent(),
    resourceEvent(),
    errorEvent(),
    errorEvent({ seq: 9, u: 0, context: {}, error_stack: "at x" }),
  ];
  const rows = rowsOf([record({ events, users: [{ user_id: "u" }] }), record({ events: events.slice(2) })]);
  for (const list of rows.values()) {
    expect(new Set(list.map((row) => Object.keys(row).join())).size).toBe(1);
  }
});

test("a session's row names the user of its latest event, and not another session's", () => {
  const rows = rowsOf([
    record({
      sessions: [session(), session({ session_id: "s2" })],
      users: [{ user_id: "early" }, { user_id: "late" }],
      events: [
        errorEvent({ date: at(-10), u: 1 }),
        errorEvent({ date: at(-20), u: 0 }),
        errorEvent({ date: at(-5), s: 1, u: 0 }),
      ],
    }),
  ]);
  expect(rows.get("session_pages")).toMatchObject([{ user: { id: "late", at: at(-10) } }, { user: { id: "early" } }]);
});

test("an unknown first view sorts behind every known one, an unknown last view before", () => {
  const { first_view: _first, last_view: _last, ...without } = session();
  const rows = rowsOf([record({ sessions: [without], events: [viewEvent()] })]);
  const [row] = rows.get("session_pages") ?? [];
  expect(row?.first_view).toMatchObject({ id: "", url_query: "{}" });
  const started = (tuple: unknown) => (tuple as { started_at: EpochMs }).started_at;
  expect(started(row?.first_view)).toBeGreaterThan(at(366 * 86_400_000));
  expect(started(row?.last_view)).toBe(0);
});

test("what a document was busy with at a vital follows from the view's times", () => {
  const busy = (fields: object) => {
    const [row] = rowsOf([record({ events: [{ ...viewEvent(), ...fields } as WireEvent] })]).get("views") ?? [];
    const { first_contentful_paint_load_state, interaction_to_next_paint_load_state } = row ?? {};
    return [first_contentful_paint_load_state, interaction_to_next_paint_load_state];
  };
  const loaded = { dom_interactive: 20, dom_content_loaded: 30, dom_complete: 40 };
  const vitals = { view_loading_type: "initial_load", first_contentful_paint: 10 };
  const at = (time: number) => busy({ ...vitals, ...loaded, interaction_to_next_paint_time: time })[1];
  expect(busy({ ...vitals, ...loaded })).toEqual(["loading", ""]);
  expect([20, 30, 40].map(at)).toEqual(["dom-interactive", "dom-content-loaded", "complete"]);
  // Left before it had loaded, and no load at all.
  expect(busy(vitals)).toEqual(["", ""]);
  expect(busy({ ...vitals, view_loading_type: "bf_cache" })).toEqual(["complete", ""]);
});
