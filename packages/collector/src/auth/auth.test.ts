import { expect, test } from "vitest";
import { createAuth } from "./index.js";

const tokens = [
  { token: "reader-token", role: "read" as const },
  { token: "admin-token-1", role: "admin" as const },
];
let now = 1_000_000;
const closed = createAuth({ openReads: false, readTokens: tokens }, () => now);
const open = createAuth({ openReads: true, readTokens: tokens }, () => now);

const request = (headers: Record<string, string> = {}, url = "http://localhost:8650/v1/sessions") =>
  new Request(url, { headers });
const local = { peer: "127.0.0.1" };

test("a bearer token has its role, another has none", () => {
  expect(closed.roleOf(request({ authorization: "Bearer reader-token" }), {})).toBe("read");
  expect(closed.roleOf(request({ authorization: "bearer admin-token-1" }), {})).toBe("admin");
  for (const authorization of ["Bearer reader-toke", "Bearer ", "Basic reader-token", "reader-token"]) {
    expect(closed.roleOf(request({ authorization }), {})).toBeUndefined();
  }
  expect(closed.roleOf(request(), local)).toBeUndefined();
});

test("open reads are for a loopback peer that names a loopback host", () => {
  for (const host of ["localhost:8650", "127.0.0.1:8650", "[::1]:8650", "shop.localhost:8650"]) {
    expect(open.roleOf(request({ host }), local), host).toBe("read");
  }
  expect(open.roleOf(request({ host: "localhost" }), { peer: "::1" })).toBe("read");
});

test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1:8650", "0.0.0.0:8650", ""])(
  "open reads refuse the host %j, which a rebound name or a mistake would have",
  (host) => {
    expect(open.roleOf(request({ host }), local)).toBeUndefined();
  },
);

test("open reads refuse other machines", () => {
  for (const peer of ["192.168.1.5", "203.0.113.4", undefined]) {
    expect(open.roleOf(request({ host: "localhost:8650" }), { peer })).toBeUndefined();
  }
});

test.each(["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"])(
  "open reads refuse what came through a proxy (%s)",
  (name) => {
    expect(open.roleOf(request({ host: "localhost:8650", [name]: "127.0.0.1" }), local)).toBeUndefined();
  },
);

test("open reads refuse requests that another site's page makes", () => {
  expect(open.roleOf(request({ host: "localhost:8650", "sec-fetch-site": "cross-site" }), local)).toBeUndefined();
  expect(open.roleOf(request({ host: "localhost:8650", "sec-fetch-site": "same-origin" }), local)).toBe("read");
});

test("a wrong token is not made up for by open reads", () => {
  expect(open.roleOf(request({ host: "localhost:8650", authorization: "Bearer wrong" }), local)).toBeUndefined();
});

const signIn = (body: string, peer: string, auth = closed, url = "http://localhost:8650/v1/sign-in") =>
  auth.signIn(new Request(url, { method: "POST", body }), { peer });

test("signing in gives a cookie that reads, until it expires or its token is gone", async () => {
  const response = await signIn('{"token":"admin-token-1"}', "203.0.113.1");
  expect(await response.json()).toEqual({ role: "admin" });
  const cookie = response.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^sojourn_read=\d+\.[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
  expect(cookie).not.toContain("admin-token-1");
  const [pair = ""] = cookie.split(";");
  const withCookie = request({ cookie: `theme=dark; ${pair}` });
  expect(closed.roleOf(withCookie, {})).toBe("admin");

  const another = createAuth({ openReads: false, readTokens: tokens.slice(0, 1) }, () => now);
  expect(another.roleOf(withCookie, {})).toBeUndefined();
  now += 31 * 86_400_000;
  expect(closed.roleOf(withCookie, {})).toBeUndefined();
});

test("a cookie cannot be given a longer life", async () => {
  const response = await signIn('{"token":"reader-token"}', "203.0.113.2");
  const [, signature = ""] = /=\d+\.([\w-]+);/.exec(response.headers.get("set-cookie") ?? "") ?? [];
  expect(closed.roleOf(request({ cookie: `sojourn_read=9999999999999.${signature}` }), {})).toBeUndefined();
});

test("the cookie is Secure where the page is", async () => {
  const response = await signIn(
    '{"token":"reader-token"}',
    "203.0.113.3",
    closed,
    "https://collector.example/v1/sign-in",
  );
  expect(response.headers.get("set-cookie")).toMatch(/; Secure$/);
});

test("signing out takes the cookie back", () => {
  const response = closed.signOut(new Request("http://localhost/v1/sign-out", { method: "POST" }));
  expect(response.headers.get("set-cookie")).toMatch(/^sojourn_read=; .*Max-Age=0$/);
});

test.each([
  ['{"token":"wrong"}', 401],
  ['{"token":1}', 400],
  ["{", 400],
  ["null", 400],
  [JSON.stringify({ token: "x".repeat(5000) }), 400],
])("signing in with %s is answered %i", async (body, status) => {
  const response = await signIn(body, "203.0.113.4");
  expect(response.status).toBe(status);
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("guessing tokens is slowed down", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 12; i += 1) statuses.push((await signIn('{"token":"guess"}', "203.0.113.9")).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  expect((await signIn('{"token":"reader-token"}', "203.0.113.9")).status).toBe(429);
  expect((await signIn('{"token":"reader-token"}', "203.0.113.10")).status).toBe(200);
});

test("a cookie changes something only from a page of the dashboard's own origin", async () => {
  const body = JSON.stringify({ token: "admin-token-1" });
  const signedIn = await closed.signIn(new Request("https://c.example/v1/sign-in", { method: "POST", body }), {});
  const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const change = (headers: Record<string, string>) =>
    closed.roleOf(
      new Request("https://c.example/v1/errors/x", {
        method: "PATCH",
        headers: { cookie, host: "c.example", ...headers },
      }),
      {},
    );
  expect(change({ origin: "https://c.example" })).toBe("admin");
  expect(change({ origin: "https://c.example", "sec-fetch-site": "cross-site" })).toBeUndefined();
  for (const origin of ["https://evil.example", "https://sister.c.example", "null", ""]) {
    expect(change({ origin }), origin).toBeUndefined();
  }
  expect(change({})).toBeUndefined();
  // Whoever holds the token itself is no page that was tricked.
  expect(change({ authorization: "Bearer admin-token-1", origin: "https://evil.example" })).toBe("admin");
});

test("a proxy that names the host differently keeps nobody out: browsers say themselves which page asks", async () => {
  const body = JSON.stringify({ token: "admin-token-1" });
  const headers = { host: "10.0.0.7:8650", origin: "https://c.example", "sec-fetch-site": "same-origin" };
  const signedIn = await closed.signIn(
    new Request("http://10.0.0.7:8650/v1/sign-in", { method: "POST", body, headers }),
    {},
  );
  expect(signedIn.status).toBe(200);
  const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const change = (site: string) =>
    closed.roleOf(
      new Request("http://10.0.0.7:8650/v1/errors/x", {
        method: "PATCH",
        headers: { ...headers, cookie, "sec-fetch-site": site },
      }),
      {},
    );
  expect(change("same-origin")).toBe("admin");
  for (const site of ["same-site", "cross-site", "none"]) expect(change(site), site).toBeUndefined();
});

test("another site's page signs nobody in or out", async () => {
  const url = "https://c.example/v1/sign-in";
  const from = (headers: Record<string, string>) => ({ method: "POST", headers: { host: "c.example", ...headers } });
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "https://sister.c.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    const body = '{"token":"reader-token"}';
    const response = await closed.signIn(new Request(url, { ...from(headers), body }), { peer: "203.0.113.20" });
    expect(response.status, JSON.stringify(headers)).toBe(403);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(closed.signOut(new Request(url, from(headers))).headers.get("set-cookie")).toBeNull();
  }
  const own = new Request(url, { ...from({ origin: "https://c.example" }), body: '{"token":"reader-token"}' });
  expect((await closed.signIn(own, { peer: "203.0.113.20" })).status).toBe(200);
});

test("behind a proxy, tries are those of each sender and not of all", async () => {
  const behind = createAuth({ openReads: false, readTokens: tokens, trustedProxies: ["10.0.0.0/8"] }, () => now);
  const guess = (sender: string, token = "guess") =>
    behind.signIn(
      new Request("http://c.example/v1/sign-in", {
        method: "POST",
        headers: { "x-forwarded-for": sender },
        body: JSON.stringify({ token }),
      }),
      { peer: "10.1.2.3" },
    );
  for (let i = 0; i < 10; i += 1) await guess("198.51.100.1");
  expect((await guess("198.51.100.1")).status).toBe(429);
  // What a sender claims in front of the address that the proxy saw is believed by nobody.
  expect((await guess("192.0.2.77, 198.51.100.1")).status).toBe(429);
  expect((await guess("198.51.100.2", "reader-token")).status).toBe(200);
});

test("tokens are changed one after the other: both are good for a time, then the old one's cookie is worth nothing", async () => {
  const auth = createAuth({ openReads: false, readTokens: tokens.slice(0, 1) }, () => now);
  const signedIn = await signIn('{"token":"reader-token"}', "203.0.113.30", auth);
  const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const next = { token: "reader-token-2", role: "read" as const };
  auth.setTokens([...tokens, next]);
  const given: Record<string, string>[] = [
    { authorization: "Bearer reader-token" },
    { authorization: "Bearer reader-token-2" },
    { cookie },
  ];
  for (const headers of given) {
    expect(auth.roleOf(request(headers), {})).toBe("read");
  }
  auth.setTokens([next]);
  expect(auth.roleOf(request({ authorization: "Bearer reader-token" }), {})).toBeUndefined();
  expect(auth.roleOf(request({ cookie }), {})).toBeUndefined();
  expect(auth.roleOf(request({ authorization: "Bearer reader-token-2" }), {})).toBe("read");
});
