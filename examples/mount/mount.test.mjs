import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createCollector, parseConfig } from "@sojourn/collector";
import { nodeListener } from "@sojourn/collector/node";
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp as expressApp } from "./express.mjs";
import { createApp as fastifyApp } from "./fastify.mjs";
import { createApp as honoApp } from "./hono.mjs";
import { createApp as nodeApp } from "./node.mjs";

/** @type {import("@sojourn/collector").Collector} */
let collector;
/** @type {string} */
let data;
/** @type {import("node:http").Server[]} */
const servers = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "mount-test-"));
  const applications = [{ id: "shop", clientToken: "pub-shop", origins: ["https://shop.example"] }];
  const readTokens = [{ token: "read-token-1" }];
  collector = await createCollector(parseConfig({ data, applications, readTokens, address: "full" }));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await collector.stop();
  await rm(data, { recursive: true, force: true });
});

/** @param {import("node:http").Server} server */
async function listen(server) {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/** @param {string} name */
function beacon(name) {
  const now = Date.now();
  const session = { session_id: name, session_type: "user", session_created_at: now, session_active_until_at: now };
  const counts = Object.fromEntries(["view", "error", "resource", "action", "long_task"].map((of) => [of, 0]));
  return {
    v: 1,
    sdk: { name: "sojourn-rum", version: "0.1.0" },
    application_id: "shop",
    sent_at: now,
    page: { page_id: `page-${name}`, page_started_at: now },
    sessions: [
      { ...session, ...Object.fromEntries(Object.entries(counts).map(([of, n]) => [`session_${of}_count`, n])) },
    ],
    views: [{ view_id: `view-${name}`, view_url: "https://shop.example/", view_started_at: now }],
    events: [
      { type: "error", seq: 1, date: now, error_message: "m", error_source: "source", error_handling: "handled" },
    ],
  };
}

/** @param {string} at @param {BodyInit} body @param {Record<string, string>} [headers] */
function send(at, body, headers = {}) {
  return fetch(`${at}?client_token=pub-shop`, {
    method: "POST",
    body,
    headers: { Origin: "https://shop.example", "Content-Type": "text/plain;charset=UTF-8", ...headers },
  });
}

/** @param {string} url What the collector answers there as soon as it is 200. */
async function readWhenThere(url) {
  for (;;) {
    const answer = await fetch(url, { headers: { Authorization: "Bearer read-token-1" } });
    if (answer.status === 200) return answer.json();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.each([
  ["node", nodeApp],
  ["express", expressApp],
  ["fastify", fastifyApp],
  ["hono", honoApp],
])("mounted in %s under a prefix", (name, createApp) => {
  /** @type {string} */
  let origin;
  beforeAll(async () => {
    origin = await listen(await createApp(collector));
  });

  test("the collector keeps a beacon with its sender's address, and answers what is asked of it", async () => {
    const answer = await send(`${origin}/rum/v1/rum`, gzipSync(JSON.stringify(beacon(name))));
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    const { session, events } = await readWhenThere(`${origin}/rum/v1/sessions/${name}`);
    expect(session).toMatchObject({ session_id: name, ip: "127.0.0.1" });
    expect(events).toHaveLength(1);
  });

  test("refusals are answered with their reason, while a body is still coming too", async () => {
    const asJson = await send(`${origin}/rum/v1/rum`, "{", { "Content-Type": "application/json" });
    expect([asJson.status, (await asJson.json()).error.code]).toEqual([400, "malformed"]);
    const large = await send(`${origin}/rum/v1/rum`, "x".repeat(4_000_000));
    expect([large.status, (await large.json()).error.code]).toEqual([413, "too_large"]);
    const asked = await fetch(`${origin}/rum/v1/rum`, {
      method: "OPTIONS",
      headers: { Origin: "https://shop.example", "Access-Control-Request-Method": "POST" },
    });
    expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, "https://shop.example"]);
    expect((await fetch(`${origin}/rum/nothing`)).status).toBe(404);
  });

  test("the dashboard and the SDK's file are there, and name each other by relative addresses", async () => {
    const page = await fetch(`${origin}/rum/dashboard`);
    expect([page.status, page.url]).toEqual([200, `${origin}/rum/dashboard/`]);
    const links = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link ?? "");
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect((await fetch(new URL(link, page.url))).status).toBe(200);
    expect((await fetch(`${origin}/rum/sojourn.js`)).status).toBe(200);
  });

  test("the application around it goes on", async () => {
    expect(await (await fetch(`${origin}/`)).text()).toBe("the application");
  });
});

test.each([
  ["JSON", express.json({ type: "*/*" })],
  ["text", express.text({ type: "*/*" })],
])("a body that was parsed as %s before is an error that says so, not a wait without end", async (_, parser) => {
  const app = express();
  app.use(parser);
  app.use("/rum", nodeListener(collector.handle));
  const answer = await send(`${await listen(createServer(app))}/rum/v1/rum`, JSON.stringify(beacon("parsed")));
  expect(answer.status).toBe(500);
  expect((await answer.json()).error).toMatchObject({
    code: "body_already_read",
    message: expect.stringContaining("before its body parsers"),
  });
});
