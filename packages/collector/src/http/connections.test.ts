import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../lib/logger.js";
import { type HttpServer, serve } from "./serve.js";

const MOST = 20;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server for few, that answers `/wait` when it is released and everything else when its body is there. */
async function open() {
  let release: () => void = () => {};
  let waiting = 0;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server: HttpServer = await serve(
    async (request) => {
      if (request.url.endsWith("/wait")) {
        waiting += 1;
        await gate;
      }
      await request.text().catch(() => "");
      return new Response("ok");
    },
    { host: "127.0.0.1", port: 0, log: silentLog, connections: MOST },
  );
  closers.push(() => {
    release();
    return server.stop();
  });
  return {
    url: server.url,
    release,
    /** Resolves when so many requests wait for their answers. */
    async waiters(count: number) {
      while (waiting < count) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Connections that send this and nothing more. `closed` counts those that were closed by the server. */
async function hold(url: string, count: number, text: string) {
  const sockets: Socket[] = [];
  let closed = 0;
  let answers = "";
  for (let i = 0; i < count; i += 1) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    socket.on("close", () => {
      closed += 1;
    });
    socket.on("data", (bytes) => {
      answers += bytes;
    });
    sockets.push(socket);
    await once(socket, "connect");
    if (text) await new Promise((resolve) => socket.write(text, resolve));
  }
  closers.unshift(() => {
    for (const socket of sockets) socket.destroy();
  });
  return {
    get closed() {
      return closed;
    },
    get answers() {
      return answers;
    },
  };
}

const HEAD = "Host: x\r\nContent-Length: 10\r\n\r\n";

test.each([
  ["silent", ""],
  ["in the middle of their headers", "GET / HTTP/1.1\r\nHost: x\r\nX-"],
  ["in the middle of their bodies", `POST / HTTP/1.1\r\n${HEAD}abc`],
])("many connections that are %s keep nobody out, and only so many stay", async (_, text) => {
  const { url } = await open();
  const held = await hold(url, 5 * MOST, text);
  for (let i = 0; i < 5; i += 1) {
    const answer = await fetch(`${url}/`, { headers: { Connection: "close" } });
    expect(await answer.text()).toBe("ok");
  }
  expect(held.closed).toBeGreaterThanOrEqual(4 * MOST);
});

test("where every body is awaited, the one that is awaited for longest makes room", async () => {
  const { url, waiters, release } = await open();
  release();
  const held = await hold(url, MOST, `POST /wait HTTP/1.1\r\n${HEAD}abc`);
  await waiters(MOST);
  expect(await (await fetch(`${url}/`, { headers: { Connection: "close" } })).text()).toBe("ok");
  expect(held.closed).toBe(1);
});

test("who waits for his answer is not closed for others", async () => {
  const { url, release, waiters } = await open();
  const waiting = await hold(url, MOST - 5, `POST /wait HTTP/1.1\r\nConnection: close\r\n${HEAD}0123456789`);
  await waiters(MOST - 5);
  await hold(url, 3 * MOST, "");
  expect(await (await fetch(`${url}/`, { headers: { Connection: "close" } })).text()).toBe("ok");
  expect(waiting.closed).toBe(0);
  release();
  while (waiting.closed < MOST - 5) await new Promise((resolve) => setImmediate(resolve));
  expect(waiting.answers.match(/200 OK/g)).toHaveLength(MOST - 5);
});

test("where everybody waits for an answer the next one is closed", async () => {
  const { url, waiters } = await open();
  await hold(url, MOST, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  await waiters(MOST);
  await expect(fetch(`${url}/`)).rejects.toThrow();
});
