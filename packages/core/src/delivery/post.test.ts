// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { expect, test, vi } from "vitest";
import { createTestSender, turn } from "../test/sender.js";
import type { Transport } from "./post.js";
import { createSender } from "./sender.js";

test("the body of an answer is read: unread it would stay counted against the page's keepalive quota", async () => {
  const { sender } = createTestSender();
  const refusal = new Response('{"accepted":1,"rejected":[]}', { status: 202 });
  vi.stubGlobal("fetch", async () => refusal);
  const { scope } = createTestScope();
  createSender({ scope, url: "https://rum.example/v1/rum?t", heard: () => {}, lost: () => {} }).send(
    { json: "a", events: 1 },
    false,
  );
  await turn();
  expect(refusal.bodyUsed).toBe(true);
  await sender.settled();
});

test("what an answer says is told, in the order of the answers; where none came, that", async () => {
  const { clock, send, requests, heard } = createTestSender();
  send("a", false);
  requests[0]?.fail();
  await turn();
  clock.advance(750);
  requests[1]?.answer(503);
  await turn();
  clock.advance(1500);
  requests[2]?.answer(202, {}, '{"accepted":1,"rejected":[],"sample_rate":10}');
  await turn();
  send("b", false);
  requests[3]?.answer(202, {}, "<html>a proxy of somebody's</html>");
  await turn();
  expect(heard).toEqual([
    { status: 0 },
    { status: 503 },
    { status: 202, json: { accepted: 1, rejected: [], sample_rate: 10 }, waitMs: 0 },
    { status: 202 },
  ]);
});

test("an answer that breaks off in its middle is none", async () => {
  const { clock, send, requests, lost } = createTestSender();
  let bodies = 0;
  const cut = () =>
    new ReadableStream({
      pull: (controller) =>
        bodies++ ? controller.error(new TypeError("cut")) : controller.enqueue(new Uint8Array([123])),
    });
  const whole = vi.fn(async () => new Response(cut(), { status: 202 }));
  vi.stubGlobal("fetch", whole);
  const { scope, clock: own } = createTestScope();
  createSender({ scope, url: "https://rum.example/v1/rum?t", heard: () => {}, lost: () => {}, random: () => 0.5 }).send(
    { json: "a", events: 1 },
    false,
  );
  await turn();
  own.advance(750);
  expect(whole).toHaveBeenCalledTimes(2);
  send("a", false);
  clock.advance(0);
  expect([requests.length, lost]).toEqual([1, []]);
});

test.each([
  ["a site's page for any address", 200, "<!doctype html>"],
  ["an empty 200", 200, null],
  ["JSON of something else", 200, '{"ok":true}'],
])("%s is no intake's answer: nothing counts as arrived", async (_name, status, text) => {
  const { clock, sender, send, requests, names } = createTestSender();
  send("a", false);
  requests[0]?.answer(status, {}, text);
  await turn();
  expect([...sender.waiting()]).toHaveLength(1);
  clock.advance(750);
  expect(names()).toEqual(["a", "a"]);
});

test("what leaves later than it was made says so, since its times say nothing about clocks", async () => {
  const { clock, sender, send, requests } = createTestSender();
  const isLate = () => requests.map(({ url }) => url.endsWith("&late=1"));
  send("a", false);
  requests[0]?.fail();
  await turn();
  clock.advance(750);
  requests[1]?.answer(429, { "Retry-After": "10" });
  await turn();
  clock.advance(10_000);
  requests[2]?.answer(204);
  await turn();
  sender.adopt({ body: "of another page", events: 1, made: clock.wall(), late: true });
  expect(isLate()).toEqual([false, false, true, true]);
});

test("a transport that throws, or answers nothing, is a network that fails", async () => {
  for (const transport of [
    () => {
      throw new Error("theirs");
    },
    async () => undefined,
  ] as unknown as Transport[]) {
    const { scope, send, heard, errors } = createTestSender({ transport });
    send("a", false);
    await turn();
    expect([heard, errors]).toEqual([[{ status: 0 }], []]);
    scope.stop();
  }
});
