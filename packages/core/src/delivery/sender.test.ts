// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createTestSender, sized, turn } from "../test/sender.js";
import { KEEPALIVE_BYTES } from "./sender.js";

test.each([408, 429, 500, 503])("a %i is tried again, later and later", async (status) => {
  const { clock, send, requests } = createTestSender();
  send("a", false);
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

test("a network error is tried again for ever, in the end every ten minutes", async () => {
  const { clock, send, requests, lost } = createTestSender();
  send("a", false);
  requests[0]?.answer(503);
  await turn();
  let waited = 0;
  for (let i = 1; i < 20; i++) {
    waited = clock.now();
    while (requests.length === i) clock.advance(1000);
    waited = clock.now() - waited;
    requests.at(-1)?.fail();
    await turn();
  }
  expect(waited).toBe(450_000);
  expect(lost).toEqual([]);
});

test("what failed is tried in turns without the quota, which the page may need for itself, and at an exit always with it", async () => {
  const { clock, send, requests, exit } = createTestSender();
  send("a", false);
  for (const wait of [750, 1500, 3000]) {
    requests.at(-1)?.fail();
    await turn();
    clock.advance(wait);
  }
  exit();
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, false, true, false, true]);
});

test("an intake that is blocked from the first is hardly asked any more after four failures", async () => {
  const { clock, send, requests, lost } = createTestSender();
  send("a", false);
  for (let i = 0; i < 4; i++) {
    requests.at(-1)?.fail();
    await turn();
    clock.advance(10_000);
  }
  expect(requests).toHaveLength(4);
  clock.advance(430_000);
  send("b", false);
  expect(requests).toHaveLength(4);
  clock.advance(10_000);
  requests.at(-1)?.answer(204);
  await turn();
  requests.at(-1)?.answer(204);
  expect(requests.map(({ body }) => body)).toEqual(["a", "a", "a", "a", "a", "b"]);
  expect(lost).toEqual([]);
});

test.each(["online", "seen again"])("what waits because it failed is tried when the page is %s", async (when) => {
  const { clock, send, requests, names } = createTestSender();
  send("a", false);
  for (let i = 0; i < 4; i++) {
    requests.at(-1)?.fail();
    await turn();
    clock.advance(10_000);
  }
  if (when === "online") window.dispatchEvent(new Event("online"));
  else document.dispatchEvent(new Event("visibilitychange"));
  expect(names()).toHaveLength(5);
});

test("what the intake asked for holds, whatever the page does", async () => {
  const { clock, sender, send, requests } = createTestSender();
  send("a", false);
  requests[0]?.answer(503, { "Retry-After": "20" });
  await turn();
  window.dispatchEvent(new Event("online"));
  sender.settled();
  clock.advance(19_999);
  expect(requests).toHaveLength(1);
});

test.each([400, 401, 403, 413])("a %i is final, and what was in it is counted", async (status) => {
  const { clock, send, requests, lost } = createTestSender();
  send("a", false);
  requests[0]?.answer(status);
  await turn();
  clock.advance(600_000);
  expect(requests).toHaveLength(1);
  expect(lost).toEqual([["refused", 2]]);
});

test("Retry-After is obeyed", async () => {
  const { clock, send, requests } = createTestSender();
  send("a", false);
  requests[0]?.answer(503, { "Retry-After": "20" });
  await turn();
  clock.advance(19_999);
  expect(requests).toHaveLength(1);
  clock.advance(1);
  expect(requests).toHaveLength(2);
});

test("settled waits for the answer", async () => {
  const { sender, send, requests } = createTestSender();
  let settled = false;
  send("a", false);
  const promise = sender.settled().then(() => {
    settled = true;
  });
  await turn();
  expect(settled).toBe(false);
  requests[0]?.answer(204);
  await promise;
});

test("what is in flight and what waits is bounded together, and the oldest that waits goes", async () => {
  const { send, requests, names } = createTestSender();
  // A hung intake: none of these is answered.
  for (let i = 0; i < 30; i++) send(sized(`${i}`, 100_000), false);
  expect(names()).toEqual(["0", "1"]);
  for (let i = 0; i < 20; i++) {
    requests[i]?.answer(204);
    await turn();
  }
  expect(names().slice(2)).toEqual(["22", "23", "24", "25", "26", "27", "28", "29"]);
});

test("at most two requests are out at once, and the next leaves with an answer", async () => {
  const { send, requests, names } = createTestSender();
  for (let i = 0; i < 8; i++) send(`${i}`, false);
  expect(requests).toHaveLength(2);
  requests[1]?.answer(204);
  await turn();
  expect(names()).toEqual(["0", "1", "2"]);
});

test("while the intake fails one body at a time asks again, each in its turn, and the others follow it", async () => {
  const { clock, send, requests, names } = createTestSender();
  for (const body of ["a", "b", "c"]) send(body, false);
  for (const request of [...requests]) request.answer(503);
  await turn();
  clock.advance(750);
  expect(names().slice(2)).toEqual(["c"]);
  send("d", false);
  requests[2]?.answer(503);
  await turn();
  // Two that failed together were one failure.
  clock.advance(1500);
  for (const i of [3, 4, 5]) {
    requests[i]?.answer(204);
    await turn();
  }
  expect(names().slice(3)).toEqual(["a", "b", "d", "c"]);
});

test("what any answer asks to wait for, all wait for, new bodies too", async () => {
  const { clock, send, requests, names } = createTestSender();
  send("a", false);
  send("b", false);
  requests[1]?.answer(429, { "Retry-After": "30" });
  requests[0]?.answer(204);
  await turn();
  clock.advance(10_000);
  send("c", false);
  clock.advance(19_999);
  expect(names()).toEqual(["a", "b"]);
  clock.advance(1);
  requests[2]?.answer(204);
  await turn();
  expect(names()).toEqual(["a", "b", "b", "c"]);
});

test("a request without an answer is given up after thirty seconds and tried again; a late answer changes nothing", async () => {
  const { clock, sender, send, requests, names } = createTestSender();
  send(sized("a", KEEPALIVE_BYTES), false);
  clock.advance(29_999);
  expect(requests[0]?.aborted()).toBe(false);
  clock.advance(1);
  expect(requests[0]?.aborted()).toBe(true);
  clock.advance(750);
  expect(names()).toEqual(["a", "a"]);
  requests[0]?.answer(204);
  await turn();
  requests[1]?.answer(204);
  await sender.settled();
  // Its part of the budget was given back, once.
  send(sized("b", KEEPALIVE_BYTES), false);
  send("c", false);
  expect(requests.slice(2).map(({ keepalive }) => keepalive)).toEqual([true, false]);
});

test("after a restore from the back/forward cache what was in flight is sent again at once, and is no failure", async () => {
  const { sender, send, requests, names, restore, clock } = createTestSender();
  send("a", false);
  for (let i = 0; i < 10; i++) restore();
  expect(requests).toHaveLength(11);
  expect(requests.filter((request) => request.aborted())).toHaveLength(10);
  requests[10]?.answer(503);
  await turn();
  clock.advance(750);
  requests[11]?.answer(204);
  await sender.settled();
  expect(new Set(names())).toEqual(new Set(["a"]));
});

test("offline nothing is tried and no failure counts; online everything leaves at once, in order", async () => {
  const { clock, send, requests, names, line } = createTestSender();
  send("a", false);
  line(false);
  requests[0]?.fail();
  await turn();
  send("b", false);
  clock.advance(3_600_000);
  expect(names()).toEqual(["a"]);
  line(true);
  expect(names()).toEqual(["a", "a", "b"]);
  for (const request of requests.slice(1)) request.fail();
  await turn();
  // The first failure that counts.
  clock.advance(749);
  expect(names()).toHaveLength(3);
  clock.advance(1);
  expect(names()).toEqual(["a", "a", "b", "a"]);
});

test("stopping ends what waits, and settles those who wait for it", async () => {
  const { scope, clock, sender, send, requests, errors, line, exit } = createTestSender();
  send("a", false);
  send("b", false);
  requests[0]?.answer(503);
  await turn();
  const settled = sender.settled();
  scope.stop();
  await settled;
  expect(clock.timers).toBe(0);
  requests[1]?.answer(503);
  await turn();
  send("c", false);
  exit();
  line(true);
  clock.advance(60_000);
  await sender.settled();
  expect(requests).toHaveLength(2);
  expect(clock.timers).toBe(0);
  expect(errors).toEqual([]);
});

test("idle, no timer is set", async () => {
  const { clock, sender, send, requests } = createTestSender();
  send("a", false);
  requests[0]?.answer(204);
  await sender.settled();
  expect(clock.timers).toBe(0);
});

test("bodies that another page left are sent after the page's own, and stay until they are answered", async () => {
  const { clock, sender, send, requests, names } = createTestSender();
  for (const body of ["a", "b"]) send(body, false);
  const made = clock.wall();
  sender.adopt({ body: "left", events: 3, made, late: true });
  expect([...sender.waiting()].map(({ body }) => body)).toEqual(["a", "b", "left"]);
  for (let i = 0; i < 3; i++) {
    requests[i]?.answer(204);
    await turn();
  }
  expect(names()).toEqual(["a", "b", "left"]);
  expect([...sender.waiting()]).toEqual([]);
});

test("flush says whether everything was answered, and does not wait where nothing can be reached", async () => {
  const { clock, sender, send, requests, line } = createTestSender();
  send("a", false);
  const first = sender.settled();
  requests[0]?.answer(204);
  expect(await first).toBe(true);
  send("b", false);
  line(false);
  expect(await sender.settled()).toBe(false);
  line(true);
  for (let i = 0; i < 6; i++) {
    requests.at(-1)?.fail();
    await turn();
    clock.advance(30_000);
  }
  const second = sender.settled();
  requests.at(-1)?.fail();
  expect(await second).toBe(false);
});

test("what had to go because too much waited is counted", () => {
  const { send, lost } = createTestSender();
  for (let i = 0; i < 13; i++) send(sized(`${i}`, 100_000), false);
  expect(lost).toEqual([
    ["buffer", 2],
    ["buffer", 2],
    ["buffer", 2],
  ]);
});

test("one body that somebody on the way does not like holds up no other", async () => {
  const { clock, send, requests, names, lost } = createTestSender();
  send("poison", false);
  for (let i = 0; i < 4; i++) send(`${i}`, false);
  const answer = async () => {
    for (const request of requests) {
      if (request.body === "poison") request.fail();
      else request.answer(204);
    }
    await turn();
    clock.advance(1000);
  };
  for (let i = 0; i < 6; i++) await answer();
  expect(names().filter((name) => name !== "poison")).toEqual(["0", "1", "2", "3"]);
  expect(lost).toEqual([]);
});
