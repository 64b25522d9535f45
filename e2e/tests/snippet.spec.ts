import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type SnippetOptions, snippet } from "@sojourn/rum/snippet";
import { APPLICATION } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import { SDK_FILE } from "../fixtures/paths.js";
import type { Site } from "../fixtures/site.js";
import { expect, type Page, soon, test } from "../fixtures/test.js";

const NONCE = "bm9uY2Utb2YtdGhpcw";
/** As strict as a policy gets: one nonce, no eval, no workers, no script addresses that a script makes up. */
const policy = (site: Site) =>
  `default-src 'none'; script-src 'nonce-${NONCE}'; connect-src ${new URL(site.intake).origin}; img-src data:;` +
  " require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; object-src 'none'";

interface Given {
  options?: Partial<SnippetOptions>;
  /** Scripts of the page's own, after the snippet. */
  script?: string;
  body?: string;
  headers?: Record<string, string>;
  /** The SDK's file waits for this. */
  file?: Promise<unknown>;
}

/** Opens a page that carries the snippet. */
async function open(tab: Page, site: Site, { options, script = "", body = "", headers = {}, file }: Given) {
  const { id: applicationId, clientToken } = APPLICATION;
  const html = snippet({ src: "/sojourn.js", init: { applicationId, clientToken, endpoint: site.intake }, ...options });
  site.own.set("/snippet", {
    headers,
    body: `<!doctype html><head><title>Shop</title><link rel="icon" href="data:,">${html}
<script nonce="${NONCE}">${script}</script></head><body>${body}</body>`,
  });
  site.own.set("/sojourn.js", async (_url, _request, response) => {
    await file;
    response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(SDK_FILE));
  });
  await tab.goto(`${site.origin}/snippet`, { waitUntil: file ? "commit" : "load" });
}

test.afterEach(({ site }) => site.own.clear());

test("what is called while the file is on its way has the time of the call", async ({ tab, site, collector }) => {
  let arrive = () => {};
  const file = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const script = `sojourn.setUser({ id: "u-1" }); sojourn.addAction("early"); sojourn.addTiming("ready");
    window.calledAt = performance.timeOrigin + performance.now()`;
  await open(tab, site, { script, file });
  const calledAt = await tab.evaluate(() => (window as unknown as { calledAt: number }).calledAt);
  await tab.waitForFunction((at) => performance.timeOrigin + performance.now() > at + 400, calledAt);
  arrive();
  const id = await sessionId(tab);
  await tab.evaluate(() => window.sojourn.flush());
  const detail = async () => collector.session(id);
  await expect
    .poll(async () => (await detail())?.session, soon)
    .toMatchObject({ session_action_count: 1, user_id: "u-1" });
  const action = (await detail())?.events.find(({ type }) => type === "action");
  expect(action).toMatchObject({ action_name: "early" });
  expect(Math.abs(Number(action?.date) - calledAt)).toBeLessThan(50);
});

test("errors that come before the file belong to the initial view, with their time", async ({
  tab,
  site,
  collector,
}) => {
  let arrive = () => {};
  const file = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const script = `Promise.reject(new RangeError("rejected early")); setTimeout(() => { window.thrownAt = Date.now() });
    throw new TypeError("thrown early")`;
  await open(tab, site, { script, file });
  const thrownAt = Number(
    await (await tab.waitForFunction(() => (window as unknown as { thrownAt: number }).thrownAt)).jsonValue(),
  );
  await tab.waitForFunction((at) => Date.now() > at + 400, thrownAt);
  arrive();
  const id = await sessionId(tab);
  // The stand-in listens no more: one error is one event.
  await tab.evaluate(() => {
    setTimeout(() => {
      throw new Error("thrown late");
    });
  });
  await tab.waitForTimeout(0);
  const errors = async () => {
    await tab.evaluate(() => window.sojourn.flush());
    return (await collector.session(id))?.events.filter(({ type }) => type === "error") ?? [];
  };
  await expect
    .poll(async () => (await errors()).map(({ error_message }) => error_message).sort(), soon)
    .toEqual(["rejected early", "thrown early", "thrown late"]);
  const [view] = (await collector.session(id))?.views ?? [];
  for (const { error_message, date, view_id } of await errors()) {
    expect(view_id).toBe(view?.view_id);
    if (error_message !== "thrown late") expect(Math.abs(Number(date) - thrownAt)).toBeLessThan(100);
  }
});

test("a file that never comes costs the page nothing: every call answers", async ({ tab, site }) => {
  const thrown: string[] = [];
  tab.on("pageerror", (error) => thrown.push(String(error)));
  await open(tab, site, { options: { src: "http://localhost:9/sojourn.js" } });
  const answers = await tab.evaluate(async () => {
    const stop = window.sojourn.onSessionChange(() => {});
    stop();
    return [window.sojourn.getSession(), await window.sojourn.flush(), String(window.sojourn.addAction("a"))];
  });
  expect(answers).toEqual([undefined, undefined, "undefined"]);
  expect(thrown).toEqual([]);
});

test("a listener that was given to the stand-in can be taken back, before the file is there and after", async ({
  tab,
  site,
}) => {
  const script = `window.told = [];
    sojourn.onSessionChange(() => told.push("taken back early"))();
    window.takeBack = sojourn.onSessionChange((session) => told.push(session ? "session" : "end"))`;
  await open(tab, site, { script });
  await sessionId(tab);
  const told = await tab.evaluate(() => {
    const { told, takeBack } = window as unknown as { told: string[]; takeBack(): void };
    takeBack();
    window.sojourn.stopSession();
    return told;
  });
  expect(new Set(told)).toEqual(new Set(["session"]));
});

test("under a strict policy, with integrity and trusted types, the SDK measures and breaks no rule", async ({
  tab,
  site,
  collector,
}) => {
  const hash = createHash("sha384").update(readFileSync(SDK_FILE)).digest("base64");
  const script = `window.broken = [];
    addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective + " " + event.blockedURI))`;
  await open(tab, site, {
    options: { nonce: NONCE, integrity: `sha384-${hash}` },
    headers: { "content-security-policy": policy(site) },
    script,
    body: '<button id="buy">Buy it</button>',
  });
  const id = await sessionId(tab);
  await tab.click("#buy");
  await tab.evaluate(() => window.sojourn.flush());
  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({ session_action_count: 1, session_view_count: 1 });
  const broken = () => tab.evaluate(() => (window as unknown as { broken: string[] }).broken);
  expect(await broken()).toEqual([]);
  // The policy is at work: what it forbids is seen to be forbidden.
  await tab.evaluate(() => {
    try {
      Object.assign(document.createElement("script"), { src: "/other.js" });
    } catch {
      // Refused, as it should be.
    }
  });
  await expect.poll(broken).toEqual(["require-trusted-types-for trusted-types-sink"]);
});

test("a file with another content than its hash is not run", async ({ tab, site }) => {
  await open(tab, site, { options: { integrity: `sha384-${"A".repeat(64)}` } });
  expect(await tab.evaluate(() => window.sojourn.getSession())).toBeUndefined();
});
