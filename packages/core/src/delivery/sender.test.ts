import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import { createSender, KEEPALIVE_BYTES } from "./sender.js";

afterEach(() => vi.unstubAllGlobals());

/** Answers are given by the test, in the order of the requests. */
function setUp({ beacon = () => true }: { beacon?: () => boolean } = {}) {
  const { clock, scope } = createTestScope();
  const requests: {
    body: string;
    keepalive: boolean;
    answer(status: number, headers?: HeadersInit): void;
    fail(): void;
  }[] = [];
  vi.stubGlobal(
    "fetch",
    (_url: string, init: RequestInit) =>
      new Promise<Response>((resolve, reject) => {
        requests.push({
          body: String(init.body),
          keepalive: init.keepalive === true,
          answer: (status, headers) => resolve(new Response(null, { status, headers })),
          fail: () => reject(new TypeError("Failed to fetch")),
        });
      }),
  );
  const beacons: string[] = [];
  vi.stubGlobal("navigator", {
    sendBeacon(_url: string, body: string) {
      if (beacon()) beacons.push(body);
      return beacon();
    },
  });
  const sender = createSender({ scope, url: "https://rum.example/v1/rum", random: () => 0.5 });
  return { clock, scope, sender, requests, beacons };
}

/** Lets promise callbacks run. */
const turn = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

test("ordinary bodies outlive the page while the budget lasts", () => {
  const { sender, requests } = setUp();
  sender.send("x".repeat(KEEPALIVE_BYTES - 10), false);
  sender.send("y".repeat(11), false);
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, false]);
});

test("the budget counts UTF-8 and is given back with the answer", async () => {
  const { sender, requests } = setUp();
  sender.send("价".repeat(KEEPALIVE_BYTES / 3), false);
  sender.send("xxx", false);
  expect(requests[1]?.keepalive).toBe(false);
  requests[0]?.answer(204);
  await turn();
  sender.send("xxx", false);
  expect(requests[2]?.keepalive).toBe(true);
});

test("at an exit what does not fit the budget leaves as a beacon, never as a request that dies with the page", () => {
  const { sender, requests, beacons } = setUp();
  sender.send("x".repeat(KEEPALIVE_BYTES), true);
  sender.send("rest", true);
  expect(requests).toHaveLength(1);
  expect(beacons).toEqual(["rest"]);
});

test("what neither way takes is sent when the page turns out to live on", () => {
  const { clock, sender, requests } = setUp({ beacon: () => false });
  sender.send("x".repeat(KEEPALIVE_BYTES), true);
  sender.send("rest", true);
  clock.advance(1000);
  expect(requests.map(({ body }) => body.slice(0, 4))).toEqual(["xxxx", "rest"]);
});

test.each([408, 429, 500, 503])("a %i is tried again, later and later", async (status) => {
  const { clock, sender, requests } = setUp();
  sender.send("a", false);
  requests[0]?.answer(status);
  await turn();
  clock.advance(749);
  expect(requests).toHaveLength(1);
  clock.advance(1);
  expect(requests).toHaveLength(2);
  requests[1]?.answer(status);
  await turn();
  clock.advance(1499);
  expect(requests).toHaveLength(2);
  clock.advance(1);
  expect(requests).toHaveLength(3);
});

test("a network error is tried again and given up after six tries", async () => {
  const { clock, sender, requests } = setUp();
  sender.send("a", false);
  for (let i = 0; i < 10; i++) {
    requests.at(-1)?.fail();
    await turn();
    clock.advance(60_000);
  }
  expect(requests).toHaveLength(6);
  await sender.settled();
});

test.each([400, 401, 403, 413])("a %i is final", async (status) => {
  const { clock, sender, requests } = setUp();
  sender.send("a", false);
  requests[0]?.answer(status);
  await turn();
  clock.advance(600_000);
  expect(requests).toHaveLength(1);
});

test("Retry-After is obeyed", async () => {
  const { clock, sender, requests } = setUp();
  sender.send("a", false);
  requests[0]?.answer(503, { "Retry-After": "20" });
  await turn();
  clock.advance(19_999);
  expect(requests).toHaveLength(1);
  clock.advance(1);
  expect(requests).toHaveLength(2);
});

test("settled waits for the answer", async () => {
  const { sender, requests } = setUp();
  let settled = false;
  sender.send("a", false);
  const promise = sender.settled().then(() => {
    settled = true;
  });
  await turn();
  expect(settled).toBe(false);
  requests[0]?.answer(204);
  await promise;
});

test("what waits for another try is bounded", async () => {
  const { clock, sender, requests } = setUp();
  for (let i = 0; i < 30; i++) sender.send(`${i}`.padEnd(100_000, "x"), false);
  for (const request of [...requests]) request.fail();
  await turn();
  requests.length = 0;
  clock.advance(1000);
  expect(requests).toHaveLength(10);
  expect(requests.at(-1)?.body.startsWith("29x")).toBe(true);
});
