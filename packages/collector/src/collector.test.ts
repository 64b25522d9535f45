import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BEACON_LIMITS } from "@sojourn/core/model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, beacon, errorEvent, NOON, resourceEvent, session, view, viewEvent } from "./testing/beacons.js";
import { ORIGIN, READ_TOKEN, type TestCollector, TOKEN, testCollector } from "./testing/collector.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let collector: TestCollector;
beforeAll(async () => {
  collector = await testCollector({ limits: { perAddress: { rate: 1, burst: 40 } } });
});
afterAll(() => collector.stop());

const problem = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string; field?: string } };
  return { status: response.status, ...error };
};
const of = (name: string) => ({
  page: { page_id: `page-${name}`, page_started_at: at(-60_000) },
  sessions: [session({ session_id: name })],
  views: [view({ view_id: `view-${name}` })],
});

test("a visit is there, whole, a moment after its beacon was answered", async () => {
  const response = await collector.send(
    beacon({
      ...of("whole"),
      sessions: [
        session({
          session_id: "whole",
          session_referrer: "https://search.example/",
          session_error_count: 1,
          session_resource_count: 1,
        }),
      ],
      users: [{ user_id: "u1" }],
      events: [viewEvent(), errorEvent({ context: { cart: { items: 2 } } }), resourceEvent()],
    }),
    { headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" } },
  );
  expect(response.status).toBe(204);
  expect(await response.text()).toBe("");

  const { session: found, views, events } = await collector.readSettled("/v1/sessions/whole");
  expect(found).toEqual({
    application_id: "shop",
    session_id: "whole",
    session_type: "user",
    session_referrer: "https://search.example/",
    session_first_view_id: "view-whole",
    session_first_view_url: "https://shop.example/cart/1234?x=1",
    session_first_view_host: "shop.example",
    session_first_view_path: "/cart/1234",
    session_first_view_path_group: "/cart/?",
    session_first_view_url_query: '{"x":"1"}',
    session_last_view_id: "view-whole",
    session_last_view_url: "https://shop.example/cart/1234?x=1",
    session_last_view_host: "shop.example",
    session_last_view_path: "/cart/1234",
    session_last_view_path_group: "/cart/?",
    session_last_view_url_query: '{"x":"1"}',
    session_has_replay: false,
    time_spent: 60_000_000_000,
    session_view_count: 1,
    session_error_count: 1,
    session_resource_count: 1,
    session_action_count: 0,
    session_long_task_count: 0,
    date: at(-60_000),
    user_id: "u1",
    ip: "203.0.113.0",
    browser: "Firefox",
    browser_version: "140.0",
    os: "Linux",
    os_version: "",
    device: "desktop",
    country: "",
  });
  expect(views).toMatchObject([
    { type: "view", view_id: "view-whole", document_version: 1, is_active: true, time_spent: 1_000_000 },
  ]);
  expect(events.map(({ type, seq, date }) => [type, seq, date])).toEqual([
    ["resource", 3, at(-2_000)],
    ["error", 2, at(-1_000)],
  ]);
  expect(events[1]).toMatchObject({ error_message: "it broke", context: { cart: { items: 2 } }, received_at: NOON });
  expect(events[0]).toMatchObject({ resource_path_group: "/api/orders/?", resource_status_group: "4xx" });
  expect(events[0]).not.toHaveProperty("resource_dns");
});

test("hostile text comes out as it went in", async () => {
  const texts = [
    'it\'s "x" \\ \\n \\u0041',
    "line\nbreak\r\ttab",
    "'; DROP TABLE errors; --",
    "größe 日本語 😀",
    "{a:String}",
    "\u0000\u001f\u2028",
  ];
  const events = texts.map((text, index) =>
    errorEvent({ seq: index + 1, date: at(index), error_message: text, context: { [text]: [text] } }),
  );
  expect((await collector.send(beacon({ ...of("hostile"), events }))).status).toBe(204);
  const read = await collector.readSettled("/v1/sessions/hostile");
  expect(read.events.map(({ error_message }) => error_message)).toEqual(texts);
  expect(read.events.map(({ context }) => context)).toEqual(texts.map((text) => ({ [text]: [text] })));
});

test("half of a character, which UTF-8 cannot carry, becomes U+FFFD and spoils nothing else", async () => {
  const text = JSON.stringify(beacon({ ...of("halves"), events: [errorEvent({ error_message: "HERE" })] })).replace(
    "HERE",
    "a\\ud83d b",
  );
  expect((await collector.send(text)).status).toBe(204);
  const { events } = await collector.readSettled("/v1/sessions/halves");
  expect(events[0]?.error_message).toBe("a\ufffd b");
});

test("an event is kept once however often and in whatever beacon it comes", async () => {
  const twice = beacon({ ...of("twice"), events: [viewEvent(), errorEvent()] });
  for (let i = 0; i < 3; i += 1) expect((await collector.send(gzipSync(JSON.stringify(twice)))).status).toBe(204);
  expect(
    (await collector.send(beacon({ ...of("twice"), events: [errorEvent(), errorEvent({ seq: 9 })] }))).status,
  ).toBe(204);
  const read = await collector.readSettled("/v1/sessions/twice");
  expect(read.events.map(({ seq }) => seq)).toEqual([2, 9]);
  expect(read.views).toHaveLength(1);
});

test("the last version of a view wins, also when it arrives first", async () => {
  for (const document_version of [3, 1, 2]) {
    const events = [
      viewEvent({
        seq: document_version,
        document_version,
        view_error_count: document_version,
        is_active: document_version < 3,
      }),
    ];
    await collector.send(beacon({ ...of("versions"), events }));
  }
  await collector.send(beacon({ ...of("versions"), events: [errorEvent({ seq: 99 })] }));
  const { views } = await collector.readSettled("/v1/sessions/versions");
  expect(views).toMatchObject([{ document_version: 3, view_error_count: 3, is_active: false, seq: 3 }]);
});

test("202 names what was refused and keeps the rest", async () => {
  const body = { ...beacon(of("partly")), events: [viewEvent(), { type: "spell" }, errorEvent()] };
  const first = await collector.send(body);
  expect(first.status).toBe(202);
  const rejected = [{ index: 1, reason: "type: must be one of view, action, error, resource, long_task, vital" }];
  expect(await first.json()).toEqual({ accepted: 2, duplicates: 0, rejected });
  expect(await (await collector.send(body)).json()).toEqual({ accepted: 0, duplicates: 2, rejected });
  await collector.readSettled("/v1/sessions/partly");
});

test.each<[string, unknown, { headers?: Record<string, string>; query?: string }, object]>([
  ["without a token", beacon(), { query: "" }, { status: 401, code: "unknown_token", field: "client_token" }],
  ["with an unknown token", beacon(), { query: "?client_token=guess" }, { status: 401, code: "unknown_token" }],
  [
    "of a foreign origin",
    beacon(),
    { headers: { origin: "https://evil.example" } },
    { status: 403, code: "foreign_origin", field: "Origin" },
  ],
  ["of the origin null", beacon(), { headers: { origin: "null" } }, { status: 403, code: "foreign_origin" }],
  [
    "of another application",
    beacon({ application_id: "bank" }),
    {},
    { status: 403, code: "foreign_application", field: "application_id" },
  ],
  ["that is too large", "x".repeat(BEACON_LIMITS.wireBytes + 1), {}, { status: 413, code: "too_large" }],
  ["that inflates too far", gzipSync(Buffer.alloc(64 * 1024 * 1024)), {}, { status: 413, code: "too_large" }],
  ["that is no JSON", "{", {}, { status: 400, code: "malformed", message: "body: is not JSON" }],
  ["that is empty", "", {}, { status: 400, code: "malformed" }],
  ["of a later wire version", { ...beacon(), v: 2 }, {}, { status: 400, code: "malformed", field: "v" }],
  [
    "with a flaw in its session",
    beacon({ sessions: [session({ session_id: "a b" })] }),
    {},
    { status: 400, field: "sessions[0].session_id" },
  ],
])("refuses a beacon %s, with the reason, and keeps nothing of it", async (_, body, more, expected) => {
  const log = join(collector.data, "log");
  const size = async () => {
    const files = (await readdir(log)).filter((name) => name.endsWith(".log"));
    return Promise.all(files.map(async (name) => (await readFile(join(log, name))).length));
  };
  const before = await size();
  const response = await collector.send(body, more);
  expect(await problem(response)).toMatchObject(expected);
  expect(await size()).toEqual(before);
});

test("takes beacons without an Origin", async () => {
  const request = new Request(`http://c.test/v1/rum?client_token=${TOKEN}`, {
    method: "POST",
    body: JSON.stringify(beacon(of("bare"))),
  });
  expect((await collector.handle(request, {})).status).toBe(204);
});

test("every answer can be read by pages of an allowed origin, and by no other", async () => {
  const answers = [
    await collector.send(beacon(of("cors"))),
    await collector.send("{"),
    await collector.send(beacon(), { query: "?client_token=wrong" }),
    await collector.send("x".repeat(BEACON_LIMITS.wireBytes + 1)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([204, 400, 401, 413]);
  for (const { headers } of answers) {
    expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(headers.get("access-control-expose-headers")).toBe("Retry-After");
    expect(headers.get("vary")).toBe("Origin");
  }
  const foreign = await collector.send(beacon(), { headers: { origin: "https://evil.example" } });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  expect(foreign.headers.get("vary")).toBe("Origin");
});

test("answers preflights for allowed origins, and methods that it does not serve", async () => {
  const ask = (method: string, origin: string) =>
    collector.handle(new Request(`http://c.test/v1/rum?client_token=${TOKEN}`, { method, headers: { origin } }), {});
  const allowed = await ask("OPTIONS", ORIGIN);
  expect([allowed.status, allowed.headers.get("access-control-allow-methods")]).toEqual([204, "POST"]);
  expect(allowed.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  expect((await ask("OPTIONS", "https://evil.example")).status).toBe(403);
  const get = await ask("GET", ORIGIN);
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
});

test("an address beyond its rate gets 429 and a Retry-After, and does not use up the rate of others", async () => {
  const statuses: number[] = [];
  let last: Response | undefined;
  for (let i = 0; i < 41; i += 1) {
    last = await collector.send("{", { peer: "198.51.100.1" });
    statuses.push(last.status);
  }
  expect(statuses).toEqual([...Array(40).fill(400), 429]);
  expect(last?.headers.get("retry-after")).toBe("1");
  expect(last?.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  expect((await collector.send("{", { peer: "198.51.100.2" })).status).toBe(400);
});

test("an IPv6 subscriber has one limit, whichever of his addresses he uses", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 41; i += 1) {
    statuses.push((await collector.send("{", { peer: `2001:db8:1:2:${(i * 1571).toString(16)}::1` })).status);
  }
  expect(statuses).toEqual([...Array(40).fill(400), 429]);
  expect((await collector.send("{", { peer: "2001:db8:1:3::1" })).status).toBe(400);
});

test("what is kept on disk has no more of the address than configured", async () => {
  const log = join(collector.data, "log");
  await collector.send(beacon(of("privacy")), { peer: "203.0.113.77" });
  const files = (await readdir(log)).filter((name) => name.endsWith(".log"));
  const text = (await Promise.all(files.map((name) => readFile(join(log, name), "utf8")))).join("");
  expect(text).toContain("page-privacy");
  expect(text).not.toContain("203.0.113.77");
  expect(text).not.toContain(TOKEN);
});

test("tells that it is up and that the store answers", async () => {
  const ask = (path: string) => collector.handle(new Request(`http://c.test${path}`));
  expect([(await ask("/healthz")).status, (await ask("/readyz")).status]).toEqual([200, 200]);
});

test("unknown sessions and addresses are 404 as JSON", async () => {
  expect(await collector.read("/v1/sessions/none")).toEqual({
    status: 404,
    body: { error: { code: "not_found", message: "There is no session none." } },
  });
  expect((await collector.read("/v1/spells")).status).toBe(404);
  const elsewhere = await collector.handle(
    new Request("http://c.test/elsewhere", { headers: { authorization: `Bearer ${READ_TOKEN}` } }),
  );
  expect(elsewhere.status).toBe(404);
});

test("an address the collector does not own goes to the fallback", async () => {
  const { createCollector, parseConfig } = await import("./index.js");
  const { temporaryDirectory } = await import("./testing/collector.js");
  const { path, remove } = await temporaryDirectory();
  const asked: string[] = [];
  const mounted = await createCollector(parseConfig({ data: path }), {
    fallback: (request) => {
      asked.push(new URL(request.url).pathname);
      return asked.length === 1 ? new Response("the shop") : undefined;
    },
  });
  const ask = (path: string) => mounted.handle(new Request(`http://c.test${path}`));
  expect(await (await ask("/")).text()).toBe("the shop");
  expect((await ask("/nothing")).status).toBe(404);
  expect((await ask("/v1/sessions")).status).toBe(401);
  expect(asked).toEqual(["/", "/nothing"]);
  await mounted.stop();
  await remove();
});

test("answers 503 with Retry-After when the log is full, and keeps what it has acknowledged", async () => {
  const { startWriterless } = await import("./testing/intake.js");
  const { send, stop } = await startWriterless();
  const statuses: number[] = [];
  let last: Response | undefined;
  for (let i = 0; i < 5; i += 1) {
    last = await send(beacon({ ...of("full"), events: [errorEvent({ seq: i + 1, error_stack: "x".repeat(16_000) })] }));
    statuses.push(last.status);
  }
  expect(statuses).toEqual([204, 204, 204, 503, 503]);
  expect(last?.headers.get("retry-after")).toBe("30");
  expect(last && (await problem(last)).code).toBe("log_full");
  await stop();
});
