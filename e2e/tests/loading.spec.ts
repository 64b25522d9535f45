import type { Collector } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import { expect, type Page, soon, test } from "../fixtures/test.js";

const MS = 1e6;

/** The loading times that are known by now, by path. */
async function times(tab: Page, collector: Collector, id: string): Promise<Record<string, unknown>> {
  await tab.evaluate(() => window.sojourn.flush());
  const views = (await collector.session(id))?.views ?? [];
  return Object.fromEntries(views.map((view) => [new URL(String(view.view_url)).pathname, view.loading_time]));
}

test("a page has loaded when its slow requests were answered, and a route when its own were", async ({
  tab,
  site,
  collector,
}) => {
  const head = `<script>
    window.ask = async (ms) => {
      await fetch("/api/slow?ms=" + ms);
      document.body.append("answer");
    };
    addEventListener("DOMContentLoaded", () => ask(600));
  </script>`;
  await tab.goto(`${site.origin}/?head=${encodeURIComponent(head)}`);
  const id = await sessionId(tab);
  const known = (path: string) => expect.poll(async () => (await times(tab, collector, id))[path], soon);
  await known("/").toBeGreaterThan(0);
  const now = await tab.evaluate(() => performance.now());
  await tab.evaluate(() => {
    history.pushState({}, "", "/route");
    return (window as unknown as { ask(ms: number): Promise<void> }).ask(400);
  });
  await known("/route").toBeGreaterThan(0);
  await tab.evaluate(() => {
    history.pushState({}, "", "/still");
    // As long as it would take to come to rest.
    return new Promise((resolve) => setTimeout(resolve, 300));
  });
  const found = await times(tab, collector, id);
  const [first] = (await collector.session(id))?.views ?? [];
  expect(found["/"]).toBeGreaterThanOrEqual(Math.max(600 * MS, Number(first?.load_event)));
  expect(found["/"]).toBeLessThan(now * MS);
  expect(found["/route"]).toBeGreaterThanOrEqual(400 * MS);
  expect(found["/route"]).toBeLessThan(1500 * MS);
  expect(found["/still"] ?? undefined).toBeUndefined();
});

test("a clock on the page, and polling, are no loading where the page says so", async ({ tab, site, collector }) => {
  const options = { ignoreActivityOf: ["/api/poll"] };
  const head = `<script>
    setInterval(() => {
      const clock = document.querySelector("#clock");
      if (clock) clock.textContent = performance.now();
      fetch("/api/poll");
    }, 30);
  </script><p id="clock" data-sojourn-ignore-activity></p>`;
  const url = new URL(site.origin);
  url.search = String(new URLSearchParams({ head, options: JSON.stringify(options) }));
  await tab.goto(url.href);
  const id = await sessionId(tab);
  await expect.poll(async () => (await times(tab, collector, id))["/"], soon).toBeGreaterThan(0);
  const detail = await collector.session(id);
  // They are resources all the same.
  const polls = detail?.events.filter(({ resource_url }) => String(resource_url).endsWith("/api/poll"));
  expect(polls?.length).toBeGreaterThan(1);
});
