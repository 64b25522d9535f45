import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HttpOptions } from "../http/sessions.js";
import type { SessionRegistry } from "../registry.js";
import { testRegistry } from "../testing/registry.js";
import { authOf, expressSessions } from "./express.js";
import { fastifySessions } from "./fastify.js";
import { fetchSessions, withCookies } from "./fetch.js";

const ORIGIN = "https://app.example";
const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const APP = { basePath: "/account/sessions", origins: [ORIGIN], legacyCookie: "boobs" } satisfies HttpOptions;

type Ask = (path: string, init?: RequestInit & { headers?: Record<string, string> }) => Promise<Response>;

/** The same application on each: `/me`, `POST /sign-in`, and what changes something. */
const SERVERS: Readonly<Record<string, (registry: SessionRegistry, options: HttpOptions) => Promise<Ask>>> = {
  async Express(registry, options) {
    const sessions = expressSessions(registry, options);
    const app = express();
    app.use(express.json());
    app.post("/sign-in", async (request, response) => {
      const done = await sessions.signIn(request, response, {
        userId: request.body.user,
        auth: { method: "password" },
      });
      response.status(done ? 200 : 403).json({ status: done?.status });
    });
    app.use(sessions.routes);
    app.use(sessions.read);
    app.get("/me", (_request, response) => void response.json({ user: authOf(response)?.userId ?? null }));
    app.post("/change", (_request, response) => void response.json({ user: authOf(response)?.userId ?? null }));
    app.post("/act", async (request, response) => {
      const done = await sessions.impersonate(request, response, { userId: request.body.user, reason: "ticket 4711" });
      response.json(done?.status ?? null);
    });
    const server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init });
  },
  async Fastify(registry, options) {
    const sessions = fastifySessions(registry, options);
    const app = fastify();
    await app.register(sessions.plugin as never);
    app.post("/sign-in", async (request, reply) => {
      const { user } = request.body as { user: string };
      const done = await sessions.signIn(request, reply, { userId: user, auth: { method: "password" } });
      return reply.status(done ? 200 : 403).send({ status: done?.status });
    });
    const me = async (request: object) => ({
      user: (request as { auth?: { userId: string } | null }).auth?.userId ?? null,
    });
    app.get("/me", me);
    app.post("/change", me);
    await app.listen({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init });
  },
  async fetch(registry, options) {
    const sessions = fetchSessions(registry, options);
    const from = { peer: "127.0.0.1" };
    return async (path, init) => {
      const request = new Request(`http://localhost${path}`, init);
      if (path === "/sign-in") {
        const done = await sessions.signIn(
          request,
          { userId: (await request.json()).user, auth: { method: "password" } },
          from,
        );
        return withCookies(
          Response.json({ status: done?.result.status }, { status: done ? 200 : 403 }),
          done?.cookies ?? [],
        );
      }
      const handled = await sessions.handle(request, from);
      if (handled) return handled;
      const { auth, cookies, refusal } = await sessions.read(request, from);
      if (refusal) return new Response(refusal.body, { status: refusal.status });
      return withCookies(Response.json({ user: auth?.userId ?? null }), cookies);
    };
  },
};

/** A browser that keeps cookies. */
function browser(ask: Ask) {
  const jar = new Map<string, string>();
  const given: string[] = [];
  const own = { origin: ORIGIN, "sec-fetch-site": "same-origin", "user-agent": AGENT };
  async function go(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await ask(path, {
      method,
      headers: { ...own, ...json, ...(cookie && { cookie }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      given.push(line);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes("Max-Age=0")) jar.delete(name);
      else jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  }
  return { go, jar, given, signIn: (user: string) => go("POST", "/sign-in", { user }) };
}

describe.each(Object.entries(SERVERS))("%s", (_name, open) => {
  const start = async (options: Parameters<typeof testRegistry>[0] = {}, http: Partial<HttpOptions> = {}) => {
    const made = testRegistry(options);
    return { ...made, ask: await open(made.registry, { ...APP, ...http }) };
  };

  test("signs in, knows the browser again, and signs out", async () => {
    const { ask } = await start();
    const { go, jar, given, signIn } = browser(ask);
    expect((await go("GET", "/me")).body).toEqual({ user: null });
    expect(await signIn("ann")).toMatchObject({ status: 200, body: { status: "created" } });
    expect(given[0]).toMatch(
      /^__Host-session=s1\.[\w-]{22}\.[\w-]{43}; Path=\/; Max-Age=10368000; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(given[1]).toMatch(/^__Host-device=[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure$/);
    expect((await go("GET", "/me")).body).toEqual({ user: "ann" });
    expect((await signIn("ann")).body).toEqual({ status: "reused" });
    expect((await go("POST", "/account/sessions/sign-out")).status).toBe(204);
    expect([...jar.keys()]).toEqual(["__Host-device"]);
    expect((await go("GET", "/me")).body).toEqual({ user: null });
    expect((await signIn("ann")).body).toEqual({ status: "revived" });
  });

  test("lists, renames and ends sessions; what it says of them is kept by nobody", async () => {
    const { ask, clock } = await start();
    const [desk, phone] = [browser(ask), browser(ask)];
    await desk.signIn("ann");
    clock.jump(1);
    await phone.signIn("ann");
    const list = await desk.go("GET", "/account/sessions");
    expect([list.status, list.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const [mine, other] = list.body.items;
    expect([mine.current, other.current, list.body.items.length]).toEqual([true, false, 2]);
    expect(JSON.stringify(list.body)).not.toMatch(/s1\.|secret|hash|guid/i);
    expect((await desk.go("PATCH", `/account/sessions/${other.uid}`, { label: "Phone" })).status).toBe(204);
    expect((await desk.go("PATCH", `/account/sessions/${other.uid}`, { label: 5 })).body.error.field).toBe("label");
    expect((await desk.go("DELETE", "/account/sessions/ZZZZZZZZ")).status).toBe(404);
    expect((await desk.go("GET", "/account/sessions/nothing")).status).toBe(404);
    expect(await desk.go("DELETE", `/account/sessions/${other.uid}`)).toMatchObject({
      status: 200,
      body: { count: 1 },
    });
    expect((await phone.go("GET", "/account/sessions")).status).toBe(401);
    expect(phone.jar.has("__Host-session")).toBe(false);
    clock.jump(16 * 60_000);
    await phone.signIn("ann");
    expect(await desk.go("POST", "/account/sessions/revoke-others")).toMatchObject({
      status: 403,
      body: { error: { code: "reauthenticate" } },
    });
    expect((await desk.go("DELETE", `/account/sessions/${mine.uid}`)).status).toBe(200);
    expect(desk.jar.has("__Host-session")).toBe(false);
  });

  test("takes changes from its own pages alone", async () => {
    const { ask } = await start();
    const { go, signIn } = browser(ask);
    await signIn("ann");
    const from = (headers: Record<string, string>) => go("POST", "/change", {}, headers);
    expect((await from({})).body).toEqual({ user: "ann" });
    expect((await from({ "sec-fetch-site": "cross-site", origin: "https://evil.example" })).status).toBe(403);
    expect((await from({ "sec-fetch-site": "same-site", origin: "https://other.app.example" })).status).toBe(403);
    expect((await from({ "sec-fetch-site": "none", origin: ORIGIN })).status).toBe(403);
    // Browsers that tell no site tell an origin.
    expect((await from({ "sec-fetch-site": "", origin: ORIGIN })).status).toBe(200);
    expect((await from({ "sec-fetch-site": "", origin: "null" })).status).toBe(403);
    expect((await from({ "sec-fetch-site": "", origin: "", "content-type": "application/json" })).status).toBe(403);
    expect((await from({ "sec-fetch-site": "cross-site", origin: `${ORIGIN}.evil.example` })).status).toBe(403);
    // Nobody signs somebody in from elsewhere.
    expect(
      (
        await go(
          "POST",
          "/sign-in",
          { user: "mallory" },
          { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
        )
      ).status,
    ).toBe(403);
    expect(
      (
        await go("POST", "/account/sessions/sign-out", undefined, {
          "sec-fetch-site": "cross-site",
          origin: "https://evil.example",
        })
      ).status,
    ).toBe(403);
    expect((await go("GET", "/me", undefined, { "sec-fetch-site": "cross-site" })).body).toEqual({ user: "ann" });
  });

  test("takes a token in a header, which no browser sends on its own", async () => {
    const { ask, signIn } = await start();
    const { token } = await signIn("ann", { client: { info: {} } });
    const headers = { authorization: `Bearer ${token}` };
    expect(await (await ask("/change", { method: "POST", headers })).json()).toEqual({ user: "ann" });
    expect(await (await ask("/me", { headers: { authorization: "Bearer rubbish" } })).json()).toEqual({ user: null });
  });

  test("asks for a token of its own where other sites may embed its pages", async () => {
    const { ask } = await start({}, { cookies: { sameSite: "None" } });
    const { go, given, signIn } = browser(ask);
    await signIn("ann");
    expect(given[0]).toContain("SameSite=None");
    expect((await go("POST", "/change", {})).status).toBe(403);
    const { csrf } = (await go("GET", "/account/sessions")).body;
    expect((await go("POST", "/change", {}, { "x-csrf-token": csrf })).body).toEqual({ user: "ann" });
    expect((await go("POST", "/change", {}, { "x-csrf-token": `${csrf}x` })).status).toBe(403);
  });

  test("answers all who are not signed in alike", async () => {
    const { ask, clock } = await start();
    const { go, jar, signIn } = browser(ask);
    const answers = [await go("GET", "/account/sessions")];
    jar.set("__Host-session", "rubbish");
    answers.push(await go("GET", "/account/sessions"));
    await signIn("ann");
    const token = jar.get("__Host-session") ?? "";
    clock.jump(121 * 86_400_000);
    answers.push(await go("GET", "/account/sessions"));
    jar.set("__Host-session", token.replace(/.$/, "!"));
    answers.push(await go("GET", "/account/sessions"));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
  });

  test("exchanges the cookie of the system before", async () => {
    const verify = (token: string) => (token === "old" ? { userId: "ann", issuedAt: new Date(0) } : null);
    const { ask } = await start({ legacy: { verify, phase: "prefer-new" } });
    const { go, jar } = browser(ask);
    jar.set("boobs", "old");
    expect((await go("GET", "/me")).body).toEqual({ user: "ann" });
    expect([...jar.keys()]).toEqual(["__Host-session"]);
    expect((await go("GET", "/me")).body).toEqual({ user: "ann" });
    // A new cookie that is good for nothing does not keep the old one from being looked at.
    jar.set("boobs", "old").set("__Host-session", "rubbish");
    expect((await go("GET", "/me")).body).toEqual({ user: "ann" });
    expect(jar.get("__Host-session")).toMatch(/^s1\./);
  });

  test("shows what a link is about and acts on its button alone", async () => {
    const { ask, registry } = await start();
    const { go } = browser(ask);
    expect((await go("GET", "/account/sessions/report?token=n1.x.y")).body).toEqual({ status: "invalid" });
    expect((await go("POST", "/account/sessions/report?token=n1.x.y")).body).toEqual({ status: "invalid" });
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await go("POST", "/account/sessions/report?token=n1.x.y", undefined, foreign)).status).toBe(403);
    expect(registry).toBeDefined();
  });

  test("holds back whoever guesses, and says for how long", async () => {
    const { ask } = await start({ rates: { misses: 2 } });
    const { go, jar } = browser(ask);
    const guess = () => {
      jar.set("__Host-session", `s1.${"A".repeat(22)}.${"A".repeat(43)}`);
      return go("GET", "/account/sessions");
    };
    expect([(await guess()).status, (await guess()).status]).toEqual([401, 401]);
    const third = await guess();
    expect([third.status, third.headers.get("retry-after")]).toEqual([429, "60"]);
  });

  test("reads no more of a body than a name is long", async () => {
    const { ask, registry } = await start();
    const { go, signIn } = browser(ask);
    await signIn("ann");
    const [session] = await registry.list("ann");
    const label = "x".repeat(20_000);
    expect((await go("PATCH", `/account/sessions/${session?.uid}`, { label })).status).toBe(400);
  });
});

describe("acting as a user in a browser", () => {
  test("leaves the actor's own session as it is", async () => {
    const made = testRegistry({ impersonation: { may: () => true } });
    const ask = (await SERVERS.Express?.(made.registry, APP)) ?? (() => Promise.reject(new Error("no server")));
    const { go, jar, signIn } = browser(ask);
    await signIn("root");
    expect((await go("POST", "/act", { user: "ann" })).body).toBe("active");
    expect((await go("GET", "/me")).body).toEqual({ user: "ann" });
    expect((await go("POST", "/act", { user: "bob" })).body).toBe("refused");
    await go("POST", "/account/sessions/sign-out");
    expect((await go("GET", "/me")).body).toEqual({ user: "root" });
    await go("POST", "/act", { user: "ann" });
    made.clock.jump(3_600_000);
    expect((await go("GET", "/me")).body).toEqual({ user: "root" });
    expect([...jar.keys()]).toEqual(["__Host-session", "__Host-device"]);
  });
});

test("options that would not hold are refused by name", () => {
  const { registry } = testRegistry();
  const make = (options: Partial<HttpOptions>) => () => fetchSessions(registry, { ...APP, ...options });
  expect(make({ origins: ["app.example"] })).toThrow("origins must be like https://app.example");
  expect(make({ origins: ["https://app.example/"] })).toThrow("origins");
  expect(make({ basePath: "sessions" })).toThrow("basePath must be like /sessions");
  expect(make({ cookies: { session: "sid" } })).toThrow("cookies.session must start with __Host-");
  expect(make({ cookies: { session: "__Host-a b" } })).toThrow("cookies.session is no name of a cookie");
  expect(make({ cookies: { sameSite: "None", insecure: true } })).toThrow("cookies.sameSite None needs Secure");
  expect(make({ trustProxy: ["nobody"] })).toThrow("trustProxy");
});
