import puppeteer from "puppeteer-core";
import { expect, soon, test } from "../fixtures/test.js";

/** The library beside us tells the server what it saw, and we are not to wait for a batch to be full. */
const HEAD = `<script type="module">
import { onFCP, onLCP } from "/modules/node_modules/web-vitals/dist/web-vitals.js";
for (const on of [onFCP, onLCP]) {
  on(({ name, value }) => {
    fetch("/api/theirs?" + new URLSearchParams({ name, value }));
    sojourn.flush();
  }, { reportAllChanges: true });
}
</script>`;
const PATH = `/shown-later?${new URLSearchParams({ head: HEAD })}`;

/** The driver of the other tests keeps pages from being prerendered, so this one has its own. */
test("S25: a prerendered page begins its session and its view when somebody sees it", async ({ site, collector }) => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
  });
  site.calls.length = 0;
  const told = (path: string) => site.calls.find((call) => call.startsWith(path));
  try {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/?bare`);
    await page.evaluate((href) => {
      const rules = Object.assign(document.createElement("script"), {
        type: "speculationrules",
        textContent: JSON.stringify({ prerender: [{ urls: [href], eagerness: "immediate" }] }),
      });
      const link = Object.assign(document.createElement("a"), { href, id: "go", textContent: "go" });
      document.head.append(rules);
      document.body.append(link);
    }, PATH);
    // Without a cookie: nobody has visited it yet.
    await expect.poll(() => told("/api/prerendered"), soon).toBe("/api/prerendered?cookie=");
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await page.evaluate(() => setTimeout(() => document.querySelector<HTMLElement>("#go")?.click()));
    await expect.poll(() => told("/api/activated"), soon).toBeDefined();
    const activated = new URL(told("/api/activated") ?? "", site.origin).searchParams;
    expect(Number(activated.get("activationStart"))).toBeGreaterThan(0);

    const id = activated.get("id") ?? "";
    await expect.poll(async () => (await collector.session(id))?.session.session_view_count, soon).toBe(1);
    const detail = await collector.session(id);
    const [view] = detail?.views ?? [];
    expect(view).toMatchObject({ view_path: "/shown-later", view_loading_type: "initial_load" });
    // The view began when the page was shown, not when it was prerendered.
    expect(Math.abs(Number(view?.date) - Number(detail?.session.date))).toBeLessThan(500);
    // What happened before is no time that anybody waited.
    expect(Number(view?.foreground_time)).toBeLessThanOrEqual(Number(view?.time_spent));
    await expect.poll(async () => (await collector.session(id))?.views[0]?.first_byte, soon).toBe(0);
    const theirs = (name: string) => {
      const last = site.calls.findLast((call) => call.startsWith(`/api/theirs?name=${name}&`));
      return last && Math.round(Number(new URL(last, site.origin).searchParams.get("value")) * 1e6);
    };
    await expect.poll(() => theirs("LCP"), soon).toBeGreaterThanOrEqual(0);
    const painted = async () => (await collector.session(id))?.views[0];
    await expect.poll(async () => (await painted())?.first_contentful_paint, soon).toBe(theirs("FCP"));
    await expect.poll(async () => (await painted())?.largest_contentful_paint, soon).toBe(theirs("LCP"));
  } finally {
    await browser.close();
  }
});
