import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "../lib/logger.js";
import { json } from "./answers.js";
import type { RequestContext } from "./context.js";
import { type HttpServer, serve } from "./serve.js";

const seen: { url: string; context: RequestContext }[] = [];
let server: HttpServer;
let port: number;

beforeAll(async () => {
  server = await serve(
    async (request, context) => {
      seen.push({ url: request.url, context });
      const { pathname } = new URL(request.url);
      if (pathname === "/echo") return new Response(await request.text(), { headers: { "set-cookie": "a=1" } });
      if (pathname === "/throw") throw new Error("secret detail");
      if (pathname === "/empty") return new Response(null, { status: 204 });
      return json(413, { error: { code: "too_large" } });
    },
    { host: "127.0.0.1", port: 0, log: silentLog },
  );
  port = Number(new URL(server.url).port);
});
afterAll(() => server.stop());

/** Sends bytes as they are and collects what comes until the other side closes. */
async function raw(send: (socket: Socket) => void | Promise<void>): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  await send(socket);
  await once(socket, "close");
  return answer;
}

test("passes body, headers and the socket's peer", async () => {
  const response = await fetch(`${server.url}/echo?x=1`, { method: "POST", body: "größe" });
  expect(await response.text()).toBe("größe");
  expect(response.headers.getSetCookie()).toEqual(["a=1"]);
  expect(seen.at(-1)).toEqual({ url: `${server.url}/echo?x=1`, context: { peer: "127.0.0.1" } });
});

test("answers 204 without a body", async () => {
  const response = await fetch(`${server.url}/empty`);
  expect([response.status, await response.text(), response.headers.get("content-length")]).toEqual([204, "", null]);
});

test("an error of the handler is 500 and tells nothing of itself", async () => {
  const response = await fetch(`${server.url}/throw`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret");
});

test("a refusal is read by a sender that is still sending", async () => {
  const answer = await raw(async (socket) => {
    socket.write("POST /refuse HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let i = 0; i < 32 && socket.writable; i += 1) {
      socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`);
      await sleep(1);
    }
    socket.write("0\r\n\r\n");
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain("too_large");
});

test("a sender that never stops after a refusal is cut off", async () => {
  let sent = 0;
  await raw(async (socket) => {
    socket.write("POST /refuse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!socket.destroyed && sent < 1024) {
      sent += 1;
      if (!socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`))
        await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
    }
  });
  expect(sent).toBeLessThan(1024);
});

test("a path that starts with two slashes is a path, not another host", async () => {
  await raw((socket) => {
    socket.write("GET //evil.example/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  });
  expect(seen.at(-1)?.url).toBe("http://x//evil.example/echo");
});

test.each([
  ["no request at all", "hello\r\n\r\n"],
  ["a Host that is none", "GET /empty HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"],
  ["no Host", "GET /empty HTTP/1.1\r\nConnection: close\r\n\r\n"],
])("answers 400 to %s", async (_, text) => {
  expect(await raw((socket) => void socket.write(text))).toMatch(/^HTTP\/1\.1 400 /);
});

test("stopping lets a running request end", async () => {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrived: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const slow = await serve(
    async () => {
      arrived();
      await gate;
      return new Response("done");
    },
    { host: "127.0.0.1", port: 0, log: silentLog },
  );
  const answer = fetch(slow.url);
  await running;
  const stopped = slow.stop();
  release();
  expect(await (await answer).text()).toBe("done");
  await stopped;
  await expect(fetch(slow.url)).rejects.toThrow();
});
