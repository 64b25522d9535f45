import type { Page } from "@playwright/test";
import type { Collector } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

/** What was recorded of an origin, by path, in order of its beginning. */
const recordedOf = async (collector: Collector, id: string, origin: string): Promise<Record<string, unknown>[]> =>
  ((await collector.session(id))?.events ?? [])
    .filter(({ type, resource_url }) => type === "resource" && String(resource_url).startsWith(origin))
    .map((event) => ({ ...event, path: String(event.resource_url).slice(origin.length) }));

const flush = (tab: Page) => tab.evaluate(() => window.sojourn.flush());

test("requests that have no answer are one resource each, and say why", async ({ tab, site, api, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(async (origin) => {
    const fail = (path: string, signal?: AbortSignal) => fetch(origin + path, signal ? { signal } : {}).catch(() => {});
    const xhr = (path: string, prepare: (one: XMLHttpRequest) => void) =>
      new Promise((resolve) => {
        const one = new XMLHttpRequest();
        one.open("GET", origin + path);
        one.onloadend = resolve;
        prepare(one);
      });
    const controller = new AbortController();
    const hanging = fail("/hang?fetch-abort", controller.signal);
    controller.abort("left");
    await hanging;
    await fail("/hang?fetch-timeout", AbortSignal.timeout(50));
    await fail("/denied?fetch");
    await xhr("/hang?xhr-abort", (one) => {
      one.send();
      setTimeout(() => one.abort(), 50);
    });
    await xhr("/hang?xhr-timeout", (one) => {
      one.timeout = 50;
      one.send();
    });
    await xhr("/denied?xhr", (one) => one.send());
    await fetch("http://localhost:9/refused").catch(() => {});
    // Whatever entries these have are there, and failed ones have waited long enough.
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }, api.origin);
  await flush(tab);
  const told = async () =>
    (await recordedOf(collector, id, api.origin)).map(({ path, resource_error, resource_type, resource_method }) =>
      [path, resource_error, resource_type, resource_method].join(" "),
    );
  await expect
    .poll(told, soon)
    .toEqual([
      "/hang?fetch-abort aborted fetch GET",
      "/hang?fetch-timeout timeout fetch GET",
      "/denied?fetch network fetch GET",
      "/hang?xhr-abort aborted xhr GET",
      "/hang?xhr-timeout timeout xhr GET",
      "/denied?xhr network xhr GET",
    ]);
  const refused = await recordedOf(collector, id, "http://localhost:9/");
  expect(refused).toMatchObject([{ path: "refused", resource_error: "network" }]);
});

test("an answer that takes its time, is cut off, or is no longer wanted is one resource", async ({
  tab,
  site,
  api,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(async (origin) => {
    await (await fetch(`${origin}/slow`)).text();
    await (await fetch(`${origin}/cut`)).text().catch(() => {});
    const cancelled = await fetch(`${origin}/endless?cancel`);
    await cancelled.body?.cancel();
    const controller = new AbortController();
    const aborted = await fetch(`${origin}/endless?abort`, { signal: controller.signal });
    const reading = aborted.text().catch(() => {});
    controller.abort();
    await reading;
    // One is read on and on when the page goes.
    void (await fetch(`${origin}/endless?on`)).text();
  }, api.origin);
  await tab.waitForTimeout(300);
  await tab.close();
  const told = async () =>
    (await recordedOf(collector, id, api.origin)).map(({ path, resource_status, resource_error = "" }) =>
      [path, resource_status, resource_error].join(" "),
    );
  await expect
    .poll(told, soon)
    .toEqual(["/slow 200 ", "/cut 200 ", "/endless?cancel 200 ", "/endless?abort 200 ", "/endless?on 200 "]);
  const [slow] = await recordedOf(collector, id, api.origin);
  expect(Number(slow?.duration)).toBeGreaterThan(450e6);
  expect(slow).toMatchObject({ resource_decode_size: 10, resource_protocol: "http/1.1" });
});

test("a request that the page's own policy forbids is one resource", async ({ tab, site, api, collector }) => {
  const head = `<meta http-equiv="Content-Security-Policy" content="connect-src 'self' ${new URL(site.intake).origin}">`;
  await tab.goto(`${site.origin}/?${new URLSearchParams({ head })}`);
  const id = await sessionId(tab);
  await tab.evaluate(async (origin) => {
    await fetch(`${origin}/blocked`).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1200));
  }, api.origin);
  await flush(tab);
  await expect
    .poll(() => recordedOf(collector, id, api.origin), soon)
    .toMatchObject([{ path: "/blocked", resource_error: "network" }]);
});

test("entries that did not fit the browser's buffer are said to be missing", async ({ tab, site, collector }) => {
  await tab.goto(`${site.origin}/?bare`);
  await tab.evaluate(async (endpoint) => {
    performance.setResourceTimingBufferSize(3);
    performance.clearResourceTimings();
    for (let i = 0; i < 8; i++) await (await fetch(`/api/before?${i}`)).text();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const script = Object.assign(document.createElement("script"), { src: "/sojourn.js" });
    await new Promise((resolve) => {
      script.onload = resolve;
      document.head.append(script);
    });
    window.sojourn.init({ applicationId: "shop", clientToken: "pub-e2e-token", endpoint });
  }, site.intake);
  const id = await sessionId(tab);
  await tab.waitForTimeout(300);
  await tab.close();
  const dropped = async () =>
    (await collector.session(id))?.views.map(({ sdk_dropped }) =>
      typeof sdk_dropped === "string" ? JSON.parse(sdk_dropped) : sdk_dropped,
    );
  // Five of the eight, and the SDK's file.
  await expect.poll(dropped, soon).toEqual([{ entries: 6 }]);
});
