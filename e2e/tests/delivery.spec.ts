import { type Fate, startProxy } from "../fixtures/chaos.js";
import { openStormy, type Stormy, stored } from "../fixtures/stormy.js";
import { test as base, expect, soon } from "../fixtures/test.js";

const KIB = 1024;
const MINUTE = 60_000;

const test = base.extend<{ stormy: Stormy }>({
  stormy: async ({ person, site, collector }, use, { testId }) => {
    const proxy = await startProxy(collector.url);
    const stormy = await openStormy(person.browser, site, proxy, testId);
    await stormy.goto();
    await stormy.pass(1000);
    await stormy.flush();
    await use(stormy);
    await stormy.close();
    proxy.close();
  },
});

/** Actions with the numbers `from` to below `to`, each of about this many bytes, which no compression makes fewer by much. */
const act = ({ page }: Stormy, from: number, to: number, bytes = 0, hidden = false) =>
  page.evaluate(
    ({ from, to, bytes, hidden }) => {
      const random = window.createRandom(from);
      // Each takes three bytes.
      const letter = () => String.fromCharCode(0x4e00 + random() * 0x5000);
      for (let n = from; n < to; n++) {
        const text = Array.from({ length: bytes / 3 }, letter).join("");
        window.sojourn.addAction("done", text ? { n, text } : { n });
      }
      if (hidden) window.show("hidden");
    },
    { from, to, bytes, hidden },
  );

/** 200 KiB in the last moment before the page is hidden, as at an exit. */
const exit = (stormy: Stormy) => act(stormy, 0, 60, 3500, true);

/** Asks for what is there to be sent, and lets the requests come to an end. */
async function send(stormy: Stormy): Promise<void> {
  await stormy.page.evaluate(() => void window.sojourn.flush());
  await stormy.pass(0);
}

const show = ({ page }: Stormy, state: "hidden" | "visible") => page.evaluate((to) => window.show(to), state);

/** How many requests of the page's own of this size, which may outlive it, get through. */
const own = ({ page }: Stormy, bytes: number) =>
  page.evaluate(async (size) => {
    const init = { method: "POST", body: "x".repeat(size), keepalive: true };
    const response = await fetch("/api/own", init);
    return response.status;
  }, bytes);

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const actions = async (collector: Parameters<typeof stored>[0], { user }: Stormy) =>
  (await stored(collector, user)).action.sort((a, b) => a - b);

test("a 429 with a Retry-After of 30 seconds is not asked again after one, or twenty-nine", async ({
  stormy,
  collector,
}) => {
  const { proxy } = stormy;
  proxy.script.push({ kind: "refuse", status: 429, retryAfter: 30 });
  await act(stormy, 0, 1);
  const before = proxy.passed.length;
  await send(stormy);
  expect(proxy.passed.length - before).toBe(1);
  // New bodies wait as well.
  await act(stormy, 1, 2);
  await stormy.pass(29_000);
  expect(proxy.passed.length - before).toBe(1);
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual([0, 1]);
});

for (const [what, fate] of [
  ["the connection ends after storing", { kind: "lost_answer" }],
  ["the answer ends in its middle after storing", { kind: "cut_answer" }],
  ["a gateway says 504 after storing", { kind: "lost_answer", status: 504 }],
  ["the body arrives twice", { kind: "duplicate", ms: 500 }],
] satisfies [string, Fate][]) {
  test(`nothing is there twice where ${what}`, async ({ stormy, collector }) => {
    stormy.proxy.script.push(fate, fate);
    await act(stormy, 0, 5);
    await send(stormy);
    // In a block of its own, so that the store does not tell them apart by chance.
    await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 5));
    await stormy.flush();
    await act(stormy, 5, 6);
    await stormy.flush();
    expect(stormy.proxy.script).toEqual([]);
    await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 6));
  });
}

for (const [what, fate] of [
  ["a network failure while the browser says that it is online", { kind: "drop" }],
  ["a body that is cut on its way", { kind: "cut_request" }],
  ["a gateway's answer that the page may not read", { kind: "refuse", status: 502, bare: true }],
  ["a 503", { kind: "refuse", status: 503 }],
] satisfies [string, Fate][]) {
  test(`${what} is no delivery`, async ({ stormy, collector }) => {
    stormy.proxy.script.push(fate, fate, fate);
    await act(stormy, 0, 5);
    await stormy.flush();
    expect(stormy.proxy.script).toEqual([]);
    await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 5));
  });
}

test("what the intake refuses for good is not asked again, and holds up nothing that comes after", async ({
  stormy,
  collector,
}) => {
  const { proxy } = stormy;
  for (const [place, status] of [400, 401, 403, 413].entries()) {
    const before = proxy.passed.length;
    proxy.script.push({ kind: "refuse", status });
    await act(stormy, place, place + 1);
    await stormy.flush();
    await stormy.pass(2 * MINUTE);
    const bodies = proxy.passed.slice(before).filter(({ body }) => body.includes(`{"n":${place}}`));
    expect(bodies.length, String(status)).toBe(1);
  }
  await act(stormy, 4, 5);
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual([4]);
});

test("offline nothing is asked; online everything leaves", async ({ stormy, collector }) => {
  await stormy.context.setOffline(true);
  const before = await stormy.page.evaluate(() => window.time.asked.length);
  await act(stormy, 0, 5);
  await send(stormy);
  await stormy.pass(10 * MINUTE);
  expect(await stormy.page.evaluate(() => window.time.asked.length)).toBe(before);
  await stormy.context.setOffline(false);
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 5));
});

test("never more than 32 KiB are on their way by requests that outlive the page, with 200 KiB to tell at an exit", async ({
  stormy,
}) => {
  // Nothing comes back before all is asked.
  stormy.proxy.script.push(...Array.from({ length: 100 }, () => ({ kind: "reorder" }) as const));
  await exit(stormy);
  const { mostKept, asked } = await stormy.page.evaluate(() => ({
    mostKept: window.time.mostKept,
    asked: [...window.time.asked],
  }));
  expect(mostKept).toBeLessThanOrEqual(32 * KIB);
  // It is used, too.
  expect(mostKept).toBeGreaterThan(16 * KIB);
  expect(asked.length).toBeGreaterThan(1);
});

test("the page's own requests of 32 KiB that outlive it get through at the exit at which 200 KiB are to be told", async ({
  stormy,
}) => {
  stormy.proxy.script.push(...Array.from({ length: 100 }, () => ({ kind: "reorder" }) as const));
  await exit(stormy);
  expect(await own(stormy, 32 * KIB)).toBe(200);
});

test("answers with a body that nobody may keep leave the page's quota as it was", async ({ stormy }) => {
  const answer: Fate = {
    kind: "refuse",
    status: 202,
    body: JSON.stringify({ accepted: 3, rejected: [] }).padEnd(3000),
  };
  stormy.proxy.script.push(...Array.from({ length: 6 }, () => answer));
  for (let body = 0; body < 6; body++) {
    await act(stormy, body * 4, body * 4 + 4, 3500);
    await stormy.flush();
  }
  expect(stormy.proxy.script).toEqual([]);
  expect(await own(stormy, 60 * KIB)).toBe(200);
});

test("a page that has used up the quota itself, for as long as it likes, keeps nothing from arriving", async ({
  stormy,
  collector,
}) => {
  await stormy.page.evaluate((bytes) => {
    fetch("/api/hang", { method: "POST", body: "x".repeat(bytes), keepalive: true }).catch(() => {});
  }, 64 * KIB);
  await act(stormy, 0, 5);
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 5));
});

test("requests have a low priority, need no preflight, and none is a beacon that a blocker would take for a ping", async ({
  stormy,
}) => {
  stormy.proxy.script.push({ kind: "refuse", status: 500 }, { kind: "drop" });
  await act(stormy, 0, 5);
  await stormy.flush();
  await act(stormy, 5, 6);
  await show(stormy, "hidden");
  await show(stormy, "visible");
  await stormy.flush();
  const asked = await stormy.page.evaluate(() => [...window.time.asked]);
  expect(asked.length).toBeGreaterThan(3);
  for (const one of asked) expect(one).toMatchObject({ by: "fetch", priority: "low" });
  for (const { method, headers } of stormy.proxy.passed) {
    expect(method).toBe("POST");
    // Bytes have none.
    expect(headers["content-type"] ?? "text/plain").toMatch(/^text\/plain/);
  }
});

test("ten minutes of a busy view are as many requests as there are times ten seconds, each with one version of it", async ({
  stormy,
}) => {
  const before = stormy.proxy.passed.length;
  await stormy.page.evaluate(async () => {
    for (let second = 0; second < 600; second++) {
      window.sojourn.addAction("done", { n: second });
      await window.time.pass(1000);
    }
  });
  const bodies = stormy.proxy.passed.slice(before);
  expect(bodies.length).toBeGreaterThan(30);
  expect(bodies.length).toBeLessThanOrEqual(61);
  for (const { body } of bodies) {
    const { events } = JSON.parse(body) as { events: { type: string }[] };
    expect(events.filter(({ type }) => type === "view").length).toBeLessThanOrEqual(1);
  }
});

test("line breaks, separators and quotes in names arrive as they were and make no event of their own", async ({
  stormy,
  collector,
}) => {
  const names = ["a b\nresource,inj=1 f=1", 'quote " and \\', "\u2028\u2029\r\n", "{}\n{}"];
  await stormy.page.evaluate((all) => {
    for (const name of all) window.sojourn.addAction(name, { name });
  }, names);
  await stormy.flush();
  const arrived = async () =>
    (await collector.events({ user_id: stormy.user, type: "action" })).map(({ action_name }) => action_name).sort();
  await expect.poll(arrived, soon).toEqual([...names].sort());
});

test("an intake that is blocked is asked now and then, not more and more, and has everything once it is free", async ({
  stormy,
  collector,
}) => {
  const { context, proxy, page } = stormy;
  const intake = `${proxy.intake}*`;
  await context.route(intake, (route) => route.abort("blockedbyclient"));
  const before = await page.evaluate(() => window.time.asked.length);
  for (let minute = 0; minute < 30; minute++) {
    // The session would end of itself.
    await page.evaluate(() => document.querySelector("h1")?.click());
    await act(stormy, minute, minute + 1);
    await stormy.pass(MINUTE);
  }
  const tries = (await page.evaluate(() => window.time.asked.length)) - before;
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(60);
  await context.unroute(intake);
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 30));
});

test("what an outage kept back arrives with the next page, what had arrived without an answer too, and each once", async ({
  stormy,
  collector,
}) => {
  const { proxy } = stormy;
  proxy.script.push({ kind: "lost_answer" });
  await act(stormy, 0, 5);
  await send(stormy);
  proxy.script.push(...Array.from({ length: 100 }, () => ({ kind: "refuse", status: 503 }) as const));
  await act(stormy, 5, 10);
  await stormy.pass(5000);
  await stormy.goto("/next");
  await act(stormy, 10, 12);
  proxy.script.length = 0;
  await stormy.flush();
  await stormy.pass(20_000);
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 12));
});

test("200 KiB of which the exit could take but a part arrive when the page is seen again", async ({
  stormy,
  collector,
}) => {
  await exit(stormy);
  await stormy.pass(1000);
  await show(stormy, "visible");
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 60));
});

test("what left at an exit and was lost on its way is sent again when the page is seen again", async ({
  stormy,
  collector,
}) => {
  stormy.proxy.script.push(...Array.from({ length: 20 }, () => ({ kind: "drop" }) as const));
  await exit(stormy);
  await stormy.pass(1000);
  stormy.proxy.script.length = 0;
  await show(stormy, "visible");
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 60));
});

test("bodies are compressed under a policy that allows no worker, and no text to become one", async ({
  stormy,
  site,
  collector,
}) => {
  const { origin } = site;
  const head = `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'; require-trusted-types-for 'script'">`;
  await stormy.goto(`/strict?head=${encodeURIComponent(head)}`);
  expect(stormy.page.url().startsWith(origin)).toBe(true);
  await act(stormy, 0, 30);
  await stormy.flush();
  await expect.poll(() => actions(collector, stormy), soon).toEqual(numbers(0, 30));
  const body = stormy.proxy.passed.find((one) => one.body.includes('{"n":29'));
  expect(body).toMatchObject({ gzip: true });
  expect(body?.bytes).toBeLessThan((body?.body.length ?? 0) / 3);
});
