import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, beacon, errorEvent, resourceEvent, session, view, viewEvent } from "../testing/beacons.js";
import { type ReadBody, type TestCollector, testCollector } from "../testing/collector.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let collector: TestCollector;
const HOUR = 3_600_000;
const STACK = "Error: it broke\n    at buy (https://shop.example/app.js:3:9)";
const CAUSE = { message: "root", stack: "pay@https://shop.example/pay.js:1:2" };

beforeAll(async () => {
  collector = await testCollector({
    applications: [
      { id: "shop", clientToken: "pub-shop-token", origins: ["https://shop.example"] },
      { id: "bank", clientToken: "pub-bank-token", origins: ["https://shop.example"] },
    ],
  });
  // Twelve sessions of the shop, two of them at the same moment, and one of the bank.
  for (let n = 1; n <= 12; n += 1) {
    const created = at(-Math.min(n, 11) * HOUR);
    await collector.send(
      beacon({
        page: { page_id: `p${n}`, page_started_at: created },
        sessions: [
          session({
            session_id: `s${n}`,
            session_created_at: created,
            session_type: n % 4 === 0 ? "synthetics" : "user",
          }),
        ],
        views: [view({ view_id: `v${n}`, view_started_at: created })],
        users: [n % 3 === 0 ? { user_id: `u'${n}` } : {}],
        events: [
          viewEvent({ date: created }),
          errorEvent({ date: created, error_stack: STACK, error_causes: [CAUSE] }),
          resourceEvent({ date: created }),
        ],
      }),
    );
  }
  const foreign = beacon({
    application_id: "bank",
    page: { page_id: "pb", page_started_at: at(-1) },
    sessions: [session({ session_id: "sb", session_created_at: at(-1) })],
  });
  await collector.send(foreign, { query: "?client_token=pub-bank-token" });
  await collector.readUntil("/v1/sessions/sb", ({ session: found }) => found !== undefined);
});
afterAll(() => collector.stop());

const ids = ({ items }: ReadBody) => items.map(({ session_id }) => session_id);
const sessions = async (query: string) => ids((await collector.read(`/v1/sessions?${query}`)).body);

test("lists sessions newest first", async () => {
  expect(await sessions("")).toEqual(["sb", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s12", "s11"]);
});

test.each([
  ["application_id=bank", ["sb"]],
  ["application_id=none", []],
  [`from=${at(-3 * HOUR)}&to=${at(-1 * HOUR)}`, ["s2", "s3"]],
  ["session_type=synthetics", ["s4", "s8", "s12"]],
  [`user_id=${encodeURIComponent("u'3")}`, ["s3"]],
  [`user_id=${encodeURIComponent("' OR 1=1 --")}`, []],
  [`session_type=user&from=${at(-2 * HOUR)}&application_id=shop`, ["s1", "s2"]],
  ["limit=2", ["sb", "s1"]],
])("sessions with %s", async (query, expected) => {
  expect(await sessions(query)).toEqual(expected);
});

test.each(["/v1/sessions", "/v1/events", "/v1/views", "/v1/events?type=error"])(
  "%s in parts is the whole, nothing twice",
  async (path) => {
    const join = path.includes("?") ? "&" : "?";
    const whole = (await collector.read(`${path}${join}limit=1000`)).body;
    expect(whole.next).toBeNull();
    expect(whole.items.length).toBeGreaterThan(12);
    const collected: unknown[] = [];
    let cursor = "";
    for (let part = 0; part < 50; part += 1) {
      const { body } = await collector.read(`${path}${join}limit=3${cursor}`);
      collected.push(...body.items);
      if (body.next === null) break;
      expect(body.items).toHaveLength(3);
      cursor = `&cursor=${body.next}`;
    }
    expect(collected).toEqual(whole.items);
  },
);

test("lists events of all types but views, newest first, and of one type", async () => {
  const { body } = await collector.read("/v1/events?session_id=s5");
  expect(body.items.map(({ type, session_id }) => [type, session_id])).toEqual([
    ["resource", "s5"],
    ["error", "s5"],
  ]);
  const errors = await collector.read("/v1/events?type=error&application_id=shop");
  expect(errors.body.items).toHaveLength(12);
  expect(new Set(errors.body.items.map(({ type }) => type))).toEqual(new Set(["error"]));
});

test("an error is answered with its calls and its group, as values", async () => {
  const { body } = await collector.read("/v1/events?type=error&session_id=s5");
  expect(body.items).toMatchObject([
    {
      error_stack: STACK,
      error_frames: [{ function: "buy", file: "https://shop.example/app.js", line: 3, column: 9 }],
      error_causes: [{ message: "root", frames: [{ function: "pay" }] }],
      error_fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  ]);
});

test("lists views by session", async () => {
  const { body } = await collector.read("/v1/views?session_id=s7");
  expect(body.items).toMatchObject([{ type: "view", view_id: "v7", session_id: "s7", is_active: true }]);
});

test("a session's detail can be asked of one application", async () => {
  expect((await collector.read("/v1/sessions/s1?application_id=shop")).status).toBe(200);
  expect((await collector.read("/v1/sessions/s1?application_id=bank")).status).toBe(404);
});

test.each([
  ["/v1/sessions?limit=0", "limit"],
  ["/v1/sessions?limit=1001", "limit"],
  ["/v1/sessions?limit=ten", "limit"],
  ["/v1/sessions?from=yesterday", "from"],
  ["/v1/sessions?to=-1", "to"],
  ["/v1/sessions?to=99999999999999999", "to"],
  ["/v1/sessions?session_type=robot", "session_type"],
  ["/v1/sessions?user_id=", "user_id"],
  ["/v1/sessions?user=u1", "user"],
  ["/v1/sessions?cursor=abc", "cursor"],
  [`/v1/sessions?cursor=${Buffer.from('["x","y","z"]').toString("base64url")}`, "cursor"],
  [`/v1/sessions?cursor=${Buffer.from("[1]").toString("base64url")}`, "cursor"],
  [`/v1/sessions?cursor=${Buffer.from('[1,{"a":1},"b"]').toString("base64url")}`, "cursor"],
  ["/v1/events?type=view", "type"],
  ["/v1/events?type=spell", "type"],
  ["/v1/sessions/s1?limit=1", "limit"],
])("%s is refused, naming %s", async (path, field) => {
  const { status, body } = await collector.read(path);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: "bad_filter", field });
});

test("reading needs a token", async () => {
  for (const path of ["/v1/sessions", "/v1/sessions/s1", "/v1/events", "/v1/views", "/v1/anything"]) {
    const response = await collector.handle(new Request(`http://c.test${path}`), { peer: "127.0.0.1" });
    expect(response.status).toBe(401);
    expect(response.headers.get("cache-control")).toBe("no-store");
  }
});

test("a cursor may carry what a row can hold and nothing is written into the query", async () => {
  const cursor = Buffer.from(JSON.stringify([at(0), "') OR 1=1 --", "{at:Int64}"])).toString("base64url");
  expect((await collector.read(`/v1/sessions?cursor=${cursor}`)).status).toBe(200);
});
