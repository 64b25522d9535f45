// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import type { Answer, Transport } from "./post.js";
import { createSender, KEEPALIVE_BYTES } from "./sender.js";

let stop = () => {};
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

interface Options {
  beacon?: (body: string) => boolean;
  /** Whether a request of this browser can outlive its page. */
  keepalive?: boolean;
  transport?: Transport;
}

/** Answers are given by the test, in the order of the requests. */
function setUp({ beacon = () => true, keepalive = true, transport }: Options = {}) {
  const { clock, scope, errors } = createTestScope();
  const requests: {
    url: string;
    body: string;
    keepalive: boolean;
    aborted(): boolean;
    answer(status: number, headers?: HeadersInit, text?: string | null): void;
    fail(): void;
  }[] = [];
  // What compresses does so in its own time; a test of its own is about that.
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("Request", keepalive ? class extends Request {} : class {});
  if (keepalive) Object.defineProperty(globalThis.Request.prototype, "keepalive", { value: false });
  vi.stubGlobal(
    "fetch",
    (url: string, init: RequestInit) =>
      new Promise<Response>((resolve, reject) => {
        requests.push({
          url,
          body: String(init.body),
          keepalive: init.keepalive === true,
          aborted: () => init.signal?.aborted === true,
          answer: (status, headers, text = null) => resolve(new Response(text, { status, headers })),
          fail: () => reject(new TypeError("Failed to fetch")),
        });
      }),
  );
  const beacons: string[] = [];
  const network = {
    onLine: true,
    sendBeacon(_url: string, body: string) {
      const taken = beacon(body);
      if (taken) beacons.push(body);
      return taken;
    },
  };
  vi.stubGlobal("navigator", network);
  const heard: Answer[] = [];
  const lost: [string, number][] = [];
  const sender = createSender({
    scope,
    url: "https://rum.example/v1/rum?t",
    transport,
    heard: (answer) => heard.push(answer),
    lost: (reason, events) => lost.push([reason, events]),
    random: () => 0.5,
  });
  stop = scope.stop;
  return {
    clock,
    scope,
    errors,
    sender,
    send: (json: string, exit: boolean) => sender.send({ json, events: 2 }, exit),
    heard,
    lost,
    requests,
    beacons,
    names: () => requests.map(({ body }) => body.replace(/x+$/, "")),
    line(onLine: boolean) {
      network.onLine = onLine;
      window.dispatchEvent(new Event(onLine ? "online" : "offline"));
    },
    exit: sender.exit,
    restore: () => window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true })),
  };
}

/** Lets promise callbacks run. */
const turn = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const sized = (name: string, bytes: number) => name.padEnd(bytes, "x");

test("ordinary bodies outlive the page while the budget lasts", () => {
  const { send, requests } = setUp();
  send("x".repeat(KEEPALIVE_BYTES - 10), false);
  send("y".repeat(11), false);
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, false]);
});

test("the budget counts UTF-8 and is given back with the answer", async () => {
  const { send, requests } = setUp();
  send("价".repeat(KEEPALIVE_BYTES / 3), false);
  send("xxx", false);
  expect(requests[1]?.keepalive).toBe(false);
  requests[0]?.answer(204);
  await turn();
  send("xxx", false);
  expect(requests[2]?.keepalive).toBe(true);
});

test("at an exit what does not fit the budget does not take the page's part of the quota as a beacon", () => {
  const { send, requests, beacons } = setUp();
  send("x".repeat(KEEPALIVE_BYTES), true);
  send("rest", true);
  expect(requests).toHaveLength(1);
  expect(beacons).toEqual([]);
});

test("what did not fit at an exit is sent when the page turns out to live on", () => {
  const { clock, send, requests } = setUp();
  send("x".repeat(KEEPALIVE_BYTES), true);
  send("rest", true);
  clock.advance(1000);
  expect(requests.map(({ body }) => body.slice(0, 4))).toEqual(["xxxx", "rest"]);
});

test.each([408, 429, 500, 503])("a %i is tried again, later and later", async (status) => {
  const { clock, send, requests } = setUp();
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
  const { clock, send, requests, lost } = setUp();
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
  const { clock, send, requests, exit } = setUp();
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
  const { clock, send, requests, lost } = setUp();
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
  const { clock, send, requests, names } = setUp();
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
  const { clock, sender, send, requests } = setUp();
  send("a", false);
  requests[0]?.answer(503, { "Retry-After": "20" });
  await turn();
  window.dispatchEvent(new Event("online"));
  sender.settled();
  clock.advance(19_999);
  expect(requests).toHaveLength(1);
});

test.each([400, 401, 403, 413])("a %i is final, and what was in it is counted", async (status) => {
  const { clock, send, requests, lost } = setUp();
  send("a", false);
  requests[0]?.answer(status);
  await turn();
  clock.advance(600_000);
  expect(requests).toHaveLength(1);
  expect(lost).toEqual([["refused", 2]]);
});

test("Retry-After is obeyed", async () => {
  const { clock, send, requests } = setUp();
  send("a", false);
  requests[0]?.answer(503, { "Retry-After": "20" });
  await turn();
  clock.advance(19_999);
  expect(requests).toHaveLength(1);
  clock.advance(1);
  expect(requests).toHaveLength(2);
});

test("settled waits for the answer", async () => {
  const { sender, send, requests } = setUp();
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
  const { send, requests, names } = setUp();
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
  const { send, requests, names } = setUp();
  for (let i = 0; i < 8; i++) send(`${i}`, false);
  expect(requests).toHaveLength(2);
  requests[1]?.answer(204);
  await turn();
  expect(names()).toEqual(["0", "1", "2"]);
});

test("while the intake fails one body at a time asks again, each in its turn, and the others follow it", async () => {
  const { clock, send, requests, names } = setUp();
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
  const { clock, send, requests, names } = setUp();
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

test("an exit does not wait", async () => {
  const { send, requests, names } = setUp();
  send("a", false);
  requests[0]?.answer(429, { "Retry-After": "30" });
  await turn();
  send("last", true);
  expect(names()).toEqual(["a", "last"]);
});

test("what waits is tried at an exit while the budget lasts, after the newest", async () => {
  const { send, requests, exit } = setUp();
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
  const { send, requests, exit } = setUp();
  send(sized("kept", KEEPALIVE_BYTES), false);
  send("not kept", false);
  requests[0]?.answer(204);
  await turn();
  exit();
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, false, true]);
  expect(requests[1]?.aborted()).toBe(true);
});

test("where no request outlives its page, an exit is beacons, while the budget lasts", () => {
  const { send, requests, beacons } = setUp({ keepalive: false });
  send("last", true);
  send(sized("more", KEEPALIVE_BYTES - 4), true);
  send("too much", true);
  expect(requests).toEqual([]);
  expect(beacons.map((body) => body.slice(0, 4))).toEqual(["last", "more"]);
});

test("a beacon, of which nothing is heard, is known until the page has lived on, and then sent once more", async () => {
  const { clock, sender, send, requests, beacons, names, exit } = setUp({ keepalive: false });
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

test("a request without an answer is given up after thirty seconds and tried again; a late answer changes nothing", async () => {
  const { clock, sender, send, requests, names } = setUp();
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
  const { sender, send, requests, names, restore, clock } = setUp();
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
  const { clock, send, requests, names, line } = setUp();
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

test("an exit while offline is tried as a request, which comes back, and not as a beacon, which would not", async () => {
  const { send, requests, beacons, names, line, exit } = setUp();
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

test("stopping ends what waits, and settles those who wait for it", async () => {
  const { scope, clock, sender, send, requests, errors, line, exit } = setUp();
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
  const { clock, sender, send, requests } = setUp();
  send("a", false);
  requests[0]?.answer(204);
  await sender.settled();
  expect(clock.timers).toBe(0);
});

test("the body of an answer is read: unread it would stay counted against the page's keepalive quota", async () => {
  const { sender } = setUp();
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
  const { clock, send, requests, heard } = setUp();
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
  const { clock, send, requests, lost } = setUp();
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

test("what leaves later than it was made says so, since its times say nothing about clocks", async () => {
  const { clock, sender, send, requests } = setUp();
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

test("bodies that another page left are sent after the page's own, and stay until they are answered", async () => {
  const { clock, sender, send, requests, names } = setUp();
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
  const { clock, sender, send, requests, line } = setUp();
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
  const { send, lost } = setUp();
  for (let i = 0; i < 13; i++) send(sized(`${i}`, 100_000), false);
  expect(lost).toEqual([
    ["buffer", 2],
    ["buffer", 2],
    ["buffer", 2],
  ]);
});

test("an application's own transport carries everything, an exit included", async () => {
  const calls: [url: string, keepalive: unknown][] = [];
  const transport: Transport = async (url, { keepalive, body }) => {
    calls.push([`${url} ${String(body)}`, keepalive]);
    return new Response(null, { status: 204 });
  };
  const { send, requests, beacons, exit } = setUp({ keepalive: false, transport });
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

test("a transport that throws, or answers nothing, is a network that fails", async () => {
  for (const transport of [
    () => {
      throw new Error("theirs");
    },
    async () => undefined,
  ] as unknown as Transport[]) {
    const { send, heard, errors } = setUp({ transport });
    send("a", false);
    await turn();
    expect([heard, errors]).toEqual([[{ status: 0 }], []]);
    stop();
  }
});

test("one body that somebody on the way does not like holds up no other", async () => {
  const { clock, send, requests, names, lost } = setUp();
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

test.each([
  ["a site's page for any address", 200, "<!doctype html>"],
  ["an empty 200", 200, null],
  ["JSON of something else", 200, '{"ok":true}'],
])("%s is no intake's answer: nothing counts as arrived", async (_name, status, text) => {
  const { clock, sender, send, requests, names } = setUp();
  send("a", false);
  requests[0]?.answer(status, {}, text);
  await turn();
  expect([...sender.waiting()]).toHaveLength(1);
  clock.advance(750);
  expect(names()).toEqual(["a", "a"]);
});

test("what comes through at an exit ends the wait of the others", async () => {
  const { clock, send, requests, names } = setUp();
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
  const { clock, send, requests, exit } = setUp({ keepalive: false, beacon: () => false });
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
