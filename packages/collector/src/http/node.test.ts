import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Handler, nodeListener } from "./node.js";

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(handle: Handler, prefix?: string): Promise<number> {
  const server = createServer(nodeListener(handle, { prefix })).listen(0, "127.0.0.1");
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  closers.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

test("a sender that goes away while its body is read ends the reading and aborts the request", async () => {
  let hung: () => void = () => {};
  let seen: (what: unknown[]) => void = () => {};
  const started = new Promise<void>((resolve) => {
    hung = resolve;
  });
  const result = new Promise<unknown[]>((resolve) => {
    seen = resolve;
  });
  const port = await listen(async (request) => {
    hung();
    const body = await request.text().catch(() => "ended early");
    if (!request.signal.aborted) await once(request.signal, "abort");
    seen([body, request.signal.aborted]);
    return new Response(null, { status: 204 });
  });
  const socket = await open(port);
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  await started;
  socket.destroy();
  expect(await result).toEqual(["ended early", true]);
});

test("a body is read no further than the handler asks for", async () => {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const port = await listen(async () => {
    await gate;
    return new Response("enough");
  });
  const socket = await open(port);
  let written = 0;
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  // Both ends' buffers take some megabytes; then the sender has to wait, as nobody reads.
  while (written < 1024) {
    written += 1;
    if (socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`)) continue;
    const goesOn = await Promise.race([
      once(socket, "drain").then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 250, false)),
    ]);
    if (!goesOn) break;
  }
  expect(written).toBeLessThan(512);
  release();
});

test.each([
  ["/rum", "/rum/v1/rum?a=1", "/v1/rum?a=1"],
  ["/rum/", "/rum/v1/rum", "/v1/rum"],
  ["/rum", "/rum?a=1", "/?a=1"],
  ["/rum", "/rumble", undefined],
  ["/rum", "/v1/rum", undefined],
  ["/rum", "/rum//other.example/x", "//other.example/x"],
  ["/rum", "/rum/../rum/v1", "/v1"],
  ["/a/b", "/a/b/c", "/c"],
  [undefined, "/c", "/c"],
])("mounted under %s, %s is %s to the handler", async (prefix, target, expected) => {
  let seen: string | undefined;
  const port = await listen(async (request) => {
    const { pathname, search } = new URL(request.url);
    seen = pathname + search;
    return new Response(null, { status: 204 });
  }, prefix);
  const socket = await open(port);
  socket.resume().write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  await once(socket, "close");
  expect(seen).toBe(expected);
});
