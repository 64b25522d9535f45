import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { at, beacon, NOON, session, viewEvent } from "../testing/beacons.js";
import { type ReadBody, type TestCollector, TOKEN, testCollector } from "../testing/collector.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SERVER_TOKEN = "srv-of-the-shop-1234";
const MINUTE = 60_000;

let collector: TestCollector;
beforeAll(async () => {
  collector = await testCollector({
    applications: [
      {
        id: "shop",
        clientToken: TOKEN,
        origins: ["https://shop.example"],
        serverToken: [SERVER_TOKEN, "srv-of-old-token"],
      },
      { id: "bank", clientToken: "pub-bank", origins: [], serverToken: "srv-of-the-bank-1" },
    ],
  });
});
afterAll(() => collector.stop());

function post(
  documents: unknown,
  { token = SERVER_TOKEN, body, method = "POST" }: { token?: string; body?: string; method?: string } = {},
) {
  const request = new Request("http://c.test/v1/server", {
    method,
    headers: token === "" ? {} : { authorization: `Bearer ${token}` },
    ...(method === "POST" && { body: body ?? JSON.stringify({ v: 1, documents }) }),
  });
  return collector.handle(request, { peer: "192.0.2.77" });
}
const connection = (id: string, more: Record<string, unknown> = {}) => ({
  kind: "connection",
  connection_id: id,
  instance_id: "i1",
  version: NOON,
  transport: "websocket",
  created_at: NOON - 60 * MINUTE,
  last_activity_at: NOON,
  browser: "Firefox",
  os: "Linux",
  ip: "203.0.113.77",
  ...more,
});
const signIn = (id: string, more: Record<string, unknown> = {}) => ({
  kind: "sign_in",
  event_id: id,
  date: NOON - MINUTE,
  type: "created",
  user_id: "ann",
  ...more,
});
/** Reads until there is what is wanted. */
const until = (path: string, isThere: (body: ReadBody & Record<string, unknown>) => boolean) =>
  collector.readUntil(path, isThere as never) as unknown as Promise<ReadBody & Record<string, unknown>>;

describe("connections", () => {
  test("are there in their newest state, however often and in whichever order they come", async () => {
    const open = connection("a", { user_id: "ann", login_at: NOON - 59 * MINUTE });
    const closed = { ...open, version: NOON + 1, closed_at: NOON, close_reason: "client" };
    for (const document of [closed, open, closed]) expect((await post([document])).status).toBe(204);
    await post([connection("last")]);
    const { items } = await until("/v1/connections?application_id=shop", ({ items }) => items.length === 2);
    const found = items.find(({ connection_id }) => connection_id === "a");
    expect(found).toMatchObject({
      application_id: "shop",
      date: NOON - 60 * MINUTE,
      login_at: NOON - 59 * MINUTE,
      closed_at: NOON,
      close_reason: "client",
      user_id: "ann",
      ip: "203.0.113.0",
      logout_at: null,
    });
    expect((await collector.read("/v1/connections?open=true")).body.items.map((one) => one.connection_id)).toEqual([
      "last",
    ]);
    expect((await collector.read("/v1/connections?user_id=ann")).body.items).toHaveLength(1);
    expect((await collector.read("/v1/connections?application_id=bank")).body.items).toEqual([]);
  });

  test("are listed in parts, without one twice or missing", async () => {
    await post(Array.from({ length: 7 }, (_, index) => connection(`p${index}`, { os: "iOS" })));
    await until("/v1/connections?os=iOS", ({ items }) => items.length === 7);
    const seen: unknown[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const { body } = await collector.read(`/v1/connections?os=iOS&limit=3${next && `&cursor=${next}`}`);
      seen.push(...body.items.map((one) => one.connection_id));
      next = body.next;
    }
    expect(seen.sort()).toEqual(["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
  });

  test("are counted at a time: each part of a period has its most, also where nothing changed", async () => {
    const at = (minute: number) => NOON - 24 * 60 * MINUTE + minute * MINUTE;
    const lasting = (id: string, from: number, to: number, user_id: string) =>
      connection(id, { country: "FR", created_at: at(from), last_activity_at: at(to), closed_at: at(to), user_id });
    await post([lasting("u1", 0, 600, "ann"), lasting("u2", 100, 200, "bob"), lasting("u3", 150, 160, "ann")]);
    await until("/v1/connections?country=FR", ({ items }) => items.length === 3);
    const { body } = await collector.read(`/v1/usage?country=FR&from=${at(0)}&to=${at(24 * 60)}`);
    const usage = body as unknown as Record<string, unknown> & {
      buckets: { at: number; peak: number; started: number }[];
    };
    expect(usage).toMatchObject({ connections: 3, open: 0, users: 2, peak: 3, connected_ms: 710 * MINUTE });
    expect(usage.buckets).toHaveLength(96);
    const peaks = usage.buckets.map(({ peak }) => peak);
    expect(peaks.slice(0, 15)).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 2, 2, 2, 1]);
    expect([peaks[39], peaks[41]]).toEqual([1, 0]);
    expect(usage.buckets.reduce((sum, { started }) => sum + started, 0)).toBe(3);
    expect((usage.by as { browser: unknown[] }).browser).toEqual([{ value: "Firefox", connections: 3, users: 2 }]);
    // A part of it: what began before is there from the beginning, and is not new.
    const part = (await collector.read(`/v1/usage?country=FR&from=${at(155)}&to=${at(215)}`))
      .body as never as typeof usage;
    expect(part).toMatchObject({ connections: 3, peak: 3, connected_ms: (60 + 45 + 5) * MINUTE });
    expect(part.buckets.reduce((sum, { started }) => sum + started, 0)).toBe(0);
  });
});

describe("sign-ins", () => {
  test("are listed newest first and counted by day, each once", async () => {
    const events = [
      signIn("e1", { flags: ["new_country"], auth_method: "password", sign_in: "s1", sign_in_kind: "login" }),
      signIn("e2", { type: "ended", reason: "client_mismatch", date: NOON - 30 * MINUTE }),
      signIn("e3", {
        type: "impersonation_started",
        reason: "Ticket 4711 of Ann",
        actor_id: "root",
        date: NOON - 5 * MINUTE,
      }),
    ];
    await post(events);
    await post(events);
    const { items } = await until("/v1/signins?user_id=ann", ({ items }) => items.length === 3);
    expect(items.map(({ event_id }) => event_id)).toEqual(["e1", "e3", "e2"]);
    expect(items[0]).toMatchObject({ flags: ["new_country"], auth_method: "password", kind: "login", sign_in: "s1" });
    expect((await collector.read("/v1/signins?sign_in_type=ended")).body.items).toHaveLength(1);
    const { body } = await collector.read("/v1/signindays?application_id=shop");
    const days = body as unknown as { users: number; items: Record<string, unknown>[] };
    expect(days.users).toBe(1);
    expect(days.items).toContainEqual({
      day: new Date(NOON).toISOString().slice(0, 10),
      type: "ended",
      reason: "client_mismatch",
      count: 1,
      users: 1,
    });
    // What somebody wrote is no kind of reason.
    expect(days.items.find(({ type }) => type === "impersonation_started")).toMatchObject({ reason: "", count: 1 });
  });
});

describe("whose a session is", () => {
  const identity = async (id: string) => {
    const { body } = await collector.read(`/v1/sessions/${id}`);
    return (body as unknown as { identity: Record<string, unknown> }).identity;
  };

  test("is what servers say, beside what pages say, and a contradiction is shown", async () => {
    const visit = beacon({ events: [viewEvent({ date: at(-1000) } as never)] });
    await collector.send(visit);
    await collector.readSettled("/v1/sessions");
    const { session_id } = session();
    expect(await identity(session_id)).toMatchObject({ authenticated: [], identity_conflict: false });
    await post([{ kind: "session_user", session_id, user_id: "ann", date: NOON - MINUTE }]);
    await post([{ kind: "session_user", session_id, user_id: "ann", date: NOON }]);
    await post([connection("of-the-session", { session_id })]);
    await until(`/v1/connections?session_id=${session_id}`, ({ items }) => items.length === 1);
    expect(await identity(session_id)).toMatchObject({
      authenticated: [{ user_id: "ann", first_at: NOON - MINUTE, last_at: NOON }],
      identity_source: "authenticated",
      connections: 1,
    });
    await post([{ kind: "session_user", session_id, user_id: "bob", date: NOON + 1 }]);
    await post([connection("after")]);
    await until("/v1/connections", ({ items }) => items.some(({ connection_id }) => connection_id === "after"));
    expect(await identity(session_id)).toMatchObject({ identity_conflict: true });
  });

  test("is nothing that a page could write, whatever it sends", async () => {
    const hostile = ["authenticated", "guid", "__proto__", "identity", "kind", "documents"];
    for (const name of hostile) {
      const body = JSON.stringify(beacon({ events: [viewEvent()] })).replace(
        '"v":1',
        `"v":1,"${name}":{"user_id":"mallory"}`,
      );
      await collector.send(body);
    }
    await collector.send({ v: 1, documents: [signIn("from-a-page"), connection("from-a-page")] });
    await post([signIn("later", { user_id: "late" })]);
    await until("/v1/signins?user_id=late", ({ items }) => items.length === 1);
    const signIns = (await collector.read("/v1/signins")).body.items;
    const connections = (await collector.read("/v1/connections")).body.items;
    expect(JSON.stringify([signIns, connections])).not.toMatch(/from-a-page|mallory/);
  });
});

describe("the intake of servers", () => {
  test("takes an application's server token, and no other", async () => {
    for (const token of ["", "x", TOKEN, "read-token-1", `${SERVER_TOKEN}x`]) {
      const response = await post([connection("no")], { token });
      expect([response.status, (await response.json()).error.code]).toEqual([401, "unknown_token"]);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await post([connection("rotated")], { token: "srv-of-old-token" })).status).toBe(204);
    expect((await post([], { method: "GET" })).status).toBe(405);
    expect((await post([], { method: "OPTIONS" })).status).toBe(405);
    // A server's token is no page's.
    const asPage = new Request(`http://c.test/v1/rum?client_token=${SERVER_TOKEN}`, { method: "POST", body: "{}" });
    expect((await collector.handle(asPage, {})).status).toBe(401);
  });

  test.each([
    ["no JSON", { body: "{" }, "body: "],
    ["no documents", { body: '{"v":1}' }, "documents: is missing"],
    ["another version", { body: '{"v":2,"documents":[{}]}' }, "v: must be 1"],
    [
      "too many",
      { body: JSON.stringify({ v: 1, documents: Array(501).fill({}) }) },
      "documents: must have at most 500",
    ],
    ["a reserved name", { body: '{"v":1,"documents":[{"__proto__":{"kind":"sign_in"}}]}' }, "is a reserved name"],
    ["more than there is", { body: '{"v":1,"documents":[{}],"more":1}' }, "more: is not known"],
  ])("refuses %s and says why", async (_what, more, message) => {
    const response = await post(undefined, more);
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toContain(message);
  });

  test("refuses single documents by place and field, and takes the others", async () => {
    const response = await post([
      connection("good"),
      connection("bad", { created_at: -1 }),
      connection("bad", { user_id: "x".repeat(257) }),
      { kind: "view" },
      signIn("bad", { type: "Created!" }),
      signIn("bad", { secret: "s" }),
      "text",
    ]);
    expect(response.status).toBe(202);
    const { accepted, rejected } = await response.json();
    expect(accepted).toBe(1);
    expect(rejected).toEqual([
      { index: 1, reason: "created_at: must be epoch milliseconds" },
      { index: 2, reason: "user_id: must have at most 256 characters" },
      { index: 3, reason: "kind: must be connection, sign_in or session_user" },
      { index: 4, reason: "type: must be a word of a-z, 0-9 and _" },
      { index: 5, reason: "secret: is not known" },
      { index: 6, reason: "body: must be connection, sign_in or session_user" },
    ]);
  });

  test("refuses a body that is too large", async () => {
    expect((await post(undefined, { body: "x".repeat(3 * 1024 * 1024) })).status).toBe(413);
  });
});
