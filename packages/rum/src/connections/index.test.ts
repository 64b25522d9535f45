// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { FakeXhr } from "../test/xhr.js";
import { connections } from "./index.js";
import { sizeOf } from "./size.js";

class FakeSocket extends EventTarget {
  constructor(readonly url: string) {
    super();
  }
  send(): void {}
}

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", class extends FakeXhr {});
  vi.stubGlobal("WebSocket", class WebSocket extends FakeSocket {});
  vi.stubGlobal("EventSource", undefined);
});
afterEach(() => vi.unstubAllGlobals());

function setUp() {
  const sdk = createTestSdk();
  const { drain } = sdk.start(connections());
  const open = (url = "wss://api.example/a") => new WebSocket(url) as unknown as FakeSocket;
  return { ...sdk, drain, open, urls: () => sdk.events("resource").map(({ resource_url }) => resource_url) };
}

const message = (data: unknown) => Object.assign(new Event("message"), { data });

test("a connection is told of once: what comes after it was written is not", () => {
  const { open, drain, events, clock } = setUp();
  const socket = open();
  clock.advance(30);
  socket.dispatchEvent(new Event("open"));
  socket.dispatchEvent(message("one"));
  clock.advance(70);
  drain?.(false);
  expect(events("resource")).toEqual([]);
  drain?.(true);
  socket.dispatchEvent(message("two"));
  socket.dispatchEvent(Object.assign(new Event("close"), { code: 1000, wasClean: true }));
  drain?.(true);
  expect(events("resource")).toMatchObject([
    { resource_type: "websocket", duration: 100e6, resource_ttfb: 30e6, connection_messages_received: 1 },
  ]);
});

test("a connection that failed is told of, with its code where the browser closes it", () => {
  const { open, events, clock } = setUp();
  for (const closes of [false, true]) {
    const socket = open();
    socket.dispatchEvent(new Event("error"));
    if (closes) socket.dispatchEvent(Object.assign(new Event("close"), { code: 1006, wasClean: false }));
    clock.advance(1);
  }
  expect(events("resource")).toMatchObject([
    { resource_error: "network" },
    { resource_error: "network", connection_close_code: 1006 },
  ]);
});

test("of more than a hundred open connections the oldest is written down", () => {
  const { open, urls } = setUp();
  for (let i = 0; i < 102; i++) open(`wss://api.example/${i}`);
  expect(urls()).toEqual(["wss://api.example/0", "wss://api.example/1"]);
});

test("a stop leaves nothing: no listener, no constructor, no record", () => {
  const original = WebSocket;
  const { scope, open, events, drain } = setUp();
  const socket = open();
  const late = WebSocket;
  scope.stop();
  expect(WebSocket).toBe(original);
  expect(original.prototype.constructor).toBe(original);
  socket.dispatchEvent(message("late"));
  new late("wss://api.example/late");
  drain?.(true);
  expect(events("resource")).toEqual([]);
});

test("sizes are those on the wire, of every kind of message", () => {
  expect(sizeOf("aä€😀")).toBe(1 + 2 + 3 + 4);
  expect(sizeOf(new ArrayBuffer(7))).toBe(7);
  expect(sizeOf(new Uint16Array(3))).toBe(6);
  expect(sizeOf(new Blob(["abc"]))).toBe(3);
  for (const nothing of [null, undefined, 5, {}, { size: "big" }]) expect(sizeOf(nothing)).toBe(0);
});
