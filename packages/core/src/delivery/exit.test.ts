// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createTestSender, sized, turn } from "../test/sender.js";
import type { Transport } from "./post.js";
import { KEEPALIVE_BYTES } from "./sender.js";

test("ordinary bodies outlive the page while the budget lasts", () => {
  const { send, requests } = createTestSender();
  send("x".repeat(KEEPALIVE_BYTES - 10), false);
  send("y".repeat(11), false);
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, false]);
});

test("the budget counts UTF-8 and is given back with the answer", async () => {
  const { send, requests } = createTestSender();
  send("价".repeat(KEEPALIVE_BYTES / 3), false);
  send("xxx", false);
  expect(requests[1]?.keepalive).toBe(false);
  requests[0]?.answer(204);
  await turn();
  send("xxx", false);
  expect(requests[2]?.keepalive).toBe(true);
});

test("at an exit what does not fit the budget does not take the page's part of the quota as a beacon", () => {
  const { send, requests, beacons } = createTestSender();
  send("x".repeat(KEEPALIVE_BYTES), true);
  send("rest", true);
  expect(requests).toHaveLength(1);
  expect(beacons).toEqual([]);
});

test("what did not fit at an exit is sent when the page turns out to live on", () => {
  const { clock, send, requests } = createTestSender();
  send("x".repeat(KEEPALIVE_BYTES), true);
  send("rest", true);
  clock.advance(1000);
  expect(requests.map(({ body }) => body.slice(0, 4))).toEqual(["xxxx", "rest"]);
});

test("an exit does not wait", async () => {
  const { send, requests, names } = createTestSender();
  send("a", false);
  requests[0]?.answer(429, { "Retry-After": "30" });
  await turn();
  send("last", true);
  expect(names()).toEqual(["a", "last"]);
});

test("what waits is tried at an exit while the budget lasts, after the newest", async () => {
  const { send, requests, exit } = createTestSender();
  for (const name of ["a", "b", "c"]) send(sized(name, KEEPALIVE_BYTES / 2), false);
  for (const request of [...requests]) request.answer(503);
  await turn();
  requests.length = 0;
  send("last", true);
  exit();
  expect(requests.map(({ body, keepalive }) => [body.charAt(0), keepalive])).toEqual([
    ["l", true],
    ["c", true],
  ]);
  // Leaving comes more than once: hidden, then gone.
  exit();
  expect(requests).toHaveLength(2);
});

test("a request that would end with its page is tried again at the exit by a way that outlives it", async () => {
  const { send, requests, exit } = createTestSender();
  send(sized("kept", KEEPALIVE_BYTES), false);
  send("not kept", false);
  requests[0]?.answer(204);
  await turn();
  exit();
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, false, true]);
  expect(requests[1]?.aborted()).toBe(true);
});

test("where no request outlives its page, an exit is beacons, while the budget lasts", () => {
  const { send, requests, beacons } = createTestSender({ keepalive: false });
  send("last", true);
  send(sized("more", KEEPALIVE_BYTES - 4), true);
  send("too much", true);
  expect(requests).toEqual([]);
  expect(beacons.map((body) => body.slice(0, 4))).toEqual(["last", "more"]);
});

test("a beacon, of which nothing is heard, is known until the page has lived on, and then sent once more", async () => {
  const { clock, sender, send, requests, beacons, names, exit } = createTestSender({ keepalive: false });
  send("last", true);
  exit();
  clock.advance(29_999);
  expect(names()).toEqual([]);
  clock.advance(1);
  expect(names()).toEqual(["last"]);
  expect(beacons).toEqual(["last"]);
  requests[0]?.answer(204);
  await turn();
  expect([...sender.waiting()]).toEqual([]);
});

test("an exit while offline is tried as a request, which comes back, and not as a beacon, which would not", async () => {
  const { send, requests, beacons, names, line, exit } = createTestSender();
  line(false);
  send(sized("a", KEEPALIVE_BYTES), true);
  send("b", true);
  exit();
  expect(names()).toEqual(["a"]);
  expect(beacons).toEqual([]);
  requests[0]?.fail();
  await turn();
  line(true);
  expect(names()).toEqual(["a", "a", "b"]);
});

test("an application's own transport carries everything, an exit included", async () => {
  const calls: [url: string, keepalive: unknown][] = [];
  const transport: Transport = async (url, { keepalive, body }) => {
    calls.push([`${url} ${String(body)}`, keepalive]);
    return new Response(null, { status: 204 });
  };
  const { send, requests, beacons, exit } = createTestSender({ keepalive: false, transport });
  send("a", false);
  send("last", true);
  send(sized("too much", KEEPALIVE_BYTES), true);
  exit();
  await turn();
  expect(calls.map(([call, keepalive]) => [call.slice(0, 37), keepalive])).toEqual([
    ["https://rum.example/v1/rum?t a", true],
    ["https://rum.example/v1/rum?t last", true],
    ["https://rum.example/v1/rum?t too much", false],
  ]);
  expect([requests.length, beacons]).toEqual([0, []]);
});

test("what comes through at an exit ends the wait of the others", async () => {
  const { clock, send, requests, names } = createTestSender();
  send("a", false);
  for (let i = 0; i < 6; i++) {
    requests.at(-1)?.answer(503);
    await turn();
    if (i < 5) clock.advance(60_000);
  }
  const before = requests.length;
  send("last", true);
  requests.at(-1)?.answer(204);
  await turn();
  expect(names().slice(before)).toEqual(["last", "a"]);
});

test("an exit asks no sooner than what failed was to wait", async () => {
  const { clock, send, requests, exit } = createTestSender({ keepalive: false, beacon: () => false });
  send("a", false);
  for (let i = 0; i < 4; i++) {
    requests.at(-1)?.fail();
    await turn();
    clock.advance(10_000);
  }
  const before = requests.length;
  exit();
  clock.advance(60_000);
  expect(requests).toHaveLength(before);
});
