import { gunzipSync } from "node:zlib";
import { APPLICATION } from "../fixtures/collector.js";
import type { Site } from "../fixtures/site.js";
import { expect, type Page, test } from "../fixtures/test.js";

interface Intake {
  /** What it answers from now on. */
  status: number;
  answer: string;
  /** Bodies that it took, with the query that they came with. */
  taken: { events: { type: string; action_name?: string }[]; late: boolean; by: unknown }[];
  actions(): string[];
}

/** An intake on the site itself. */
function intake(site: Site): Intake {
  const made: Intake = {
    status: 204,
    answer: "",
    taken: [],
    actions: () => made.taken.flatMap(({ events }) => events.flatMap(({ action_name }) => action_name ?? [])),
  };
  site.own.set("/intake", async (url, request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const { events } = JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString());
    if (made.status < 300)
      made.taken.push({ events, late: url.searchParams.has("late"), by: request.headers["x-sent-by"] });
    response.writeHead(made.status, { "retry-after": "0" }).end(made.answer);
  });
  return made;
}

const address = (site: Site, options: Record<string, unknown> = {}) =>
  `${site.origin}/?options=${encodeURIComponent(JSON.stringify({ endpoint: `${site.origin}/intake`, ...options }))}`;
const add = (tab: Page, name: string) => tab.evaluate((given) => window.sojourn.addAction(given), name);
const databases = (tab: Page) => tab.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
/** How many bodies the browser keeps. */
const kept = (tab: Page) =>
  tab.evaluate(
    (name) =>
      new Promise<number>((resolve) => {
        indexedDB.databases().then((all) => {
          if (!all.some((one) => one.name === name)) return resolve(0);
          const request = indexedDB.open(name);
          request.onsuccess = () => {
            const count = request.result.transaction("bodies").objectStore("bodies").getAll();
            count.onsuccess = () => {
              request.result.close();
              resolve(count.result.filter(({ body }) => body).length);
            };
          };
        });
      }),
    NAME,
  );
/** When what the page has itself has left too. */
async function keptAfterAll(tab: Page): Promise<number> {
  await tab.evaluate(() => window.sojourn.flush());
  return kept(tab);
}
const NAME = `_sojourn_s.${APPLICATION.id}`;
const patiently = { timeout: 10_000, intervals: [100] };

test.afterEach(({ site }) => site.own.clear());

test("what a page had that crashed is sent by the next one, once it has said nothing for a while", async ({
  tab,
  site,
  person,
}) => {
  const made = intake(site);
  made.status = 503;
  await tab.goto(address(site));
  await add(tab, "before the crash");
  await expect.poll(() => kept(tab), patiently).toBeGreaterThan(0);
  const gone = tab.waitForEvent("crash");
  tab.goto("chrome://crash").catch(() => {});
  await gone;
  made.status = 204;
  const next = await person.newTab();
  await next.addInitScript("const now = Date.now; Date.now = () => now() + 20_000;");
  await next.goto(address(site));
  // Perhaps twice: from what the browser held, and from the spool.
  await expect.poll(made.actions, patiently).toContain("before the crash");
  expect(made.taken.some(({ events, late }) => late && events.some(({ type }) => type === "action"))).toBe(true);
  await expect.poll(() => keptAfterAll(next), patiently).toBe(0);
  await next.close();
});

test("what the browser holds for a page that crashes arrives without another visit, also where nothing is kept", async ({
  tab,
  site,
}) => {
  const made = intake(site);
  await tab.goto(address(site, { persistence: ["cookie"] }));
  expect(await tab.evaluate(() => "fetchLater" in window)).toBe(true);
  await add(tab, "before the crash");
  // Longer than what is written ahead takes, and less than until it leaves by itself.
  await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
  expect(made.actions()).toEqual([]);
  const gone = tab.waitForEvent("crash");
  tab.goto("chrome://crash").catch(() => {});
  await gone;
  await expect.poll(made.actions, patiently).toEqual(["before the crash"]);
  expect(made.taken.every(({ late }) => late)).toBe(true);
});

test("the next page of the same tab sends what the last one could not", async ({ tab, site }) => {
  const made = intake(site);
  made.status = 503;
  await tab.goto(address(site));
  await add(tab, "while it failed");
  await expect.poll(() => kept(tab), patiently).toBeGreaterThan(0);
  await tab.reload();
  made.status = 204;
  await expect.poll(made.actions, patiently).toContain("while it failed");
  await expect.poll(() => keptAfterAll(tab), patiently).toBe(0);
});

test("an open tab's data is its own", async ({ tab, site, person }) => {
  const made = intake(site);
  made.status = 503;
  await tab.goto(address(site));
  await add(tab, "of the first");
  await expect.poll(() => kept(tab), patiently).toBeGreaterThan(0);
  const before = await kept(tab);
  const other = await person.newTab();
  await other.goto(address(site));
  await add(other, "of the second");
  await expect.poll(() => kept(tab), patiently).toBeGreaterThan(before);
  made.status = 204;
  await other.evaluate(() => window.sojourn.flush());
  expect(made.actions()).toEqual(["of the second"]);
  await other.close();
  await tab.evaluate(() => window.sojourn.flush());
  expect(made.actions()).toEqual(["of the second", "of the first"]);
});

test("nothing is kept without consent, and consent that is taken back removes what was", async ({ tab, site }) => {
  const made = intake(site);
  made.status = 503;
  await tab.goto(address(site, { trackingConsent: "pending" }));
  await add(tab, "before");
  // Longer than what is written ahead takes.
  await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
  expect(await databases(tab)).not.toContain(NAME);
  await tab.evaluate(() => window.sojourn.setTrackingConsent("granted"));
  await expect.poll(() => kept(tab), patiently).toBeGreaterThan(0);
  await tab.evaluate(() => window.sojourn.setTrackingConsent("denied"));
  await expect.poll(() => databases(tab), patiently).not.toContain(NAME);
});

test("where the application lets nothing but a cookie be kept, nothing else is", async ({ tab, site }) => {
  intake(site);
  await tab.goto(address(site));
  await tab.evaluate(() => window.sojourn.setTrackingConsent("denied"));
  await tab.goto(address(site, { persistence: ["cookie"] }));
  await add(tab, "before");
  await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
  expect(await databases(tab)).not.toContain(NAME);
});

test("an application that the intake silences sends no more, in any of its tabs", async ({ tab, site, person }) => {
  const made = intake(site);
  const other = await person.newTab();
  await other.goto(address(site));
  await tab.goto(address(site));
  await add(tab, "before");
  Object.assign(made, { status: 202, answer: '{"accepted":1,"rejected":[],"sample_rate":0}' });
  await tab.evaluate(() => window.sojourn.flush());
  made.taken.length = 0;
  for (const one of [tab, other]) {
    await add(one, "after");
    await one.evaluate(() => window.sojourn.flush());
  }
  expect(made.actions()).toEqual([]);
  await other.close();
});

test("a transport of the page's carries every body, the last one too", async ({ tab, site }) => {
  const made = intake(site);
  await tab.goto(`${site.origin}/?bare`);
  await tab.addScriptTag({ url: "/sojourn.js" });
  await tab.evaluate((options) => {
    const transport = (url: string, init: RequestInit) => fetch(url, { ...init, headers: { "X-Sent-By": "shop" } });
    window.sojourn.init({ ...options, endpoint: "/intake", transport });
    window.sojourn.addAction("carried");
  }, APPLICATION_OPTIONS);
  expect(await tab.evaluate(() => window.sojourn.flush())).toBe(true);
  await add(tab, "at the end");
  await tab.goto("about:blank");
  await expect.poll(made.actions, patiently).toEqual(["carried", "at the end"]);
  expect(made.taken.map(({ by }) => by)).toEqual(["shop", "shop"]);
});

const APPLICATION_OPTIONS = { applicationId: APPLICATION.id, clientToken: APPLICATION.clientToken };

for (const [reason, endpoint, policy] of [
  ["csp", "ours", "connect-src 'none'"],
  ["cors", "without permission", ""],
  ["blocked", "nowhere", ""],
] as const) {
  test(`the page is told that nothing arrives because of: ${reason}`, async ({ tab, site }) => {
    intake(site);
    // Another origin that answers, and says nothing of who may read that.
    const foreign = site.origin.replace("localhost", "127.0.0.1");
    const url = {
      ours: `${site.origin}/intake`,
      "without permission": `${foreign}/api/any`,
      nowhere: "http://localhost:9/",
    };
    site.own.set("/told", {
      headers: { "content-security-policy": policy },
      body: `<!doctype html><link rel="icon" href="data:,"><script src="/sojourn.js"></script><script>
        told = [];
        sojourn.onDiagnostics(({ reason }) => told.push(reason));
        sojourn.init(${JSON.stringify({ ...APPLICATION_OPTIONS, endpoint: url[endpoint] })});
        sojourn.flush();
      </script>`,
    });
    await tab.goto(`${site.origin}/told`);
    await expect.poll(() => tab.evaluate("told"), patiently).toContain(reason);
  });
}
