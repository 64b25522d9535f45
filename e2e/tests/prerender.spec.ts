import puppeteer from "puppeteer-core";
import { expect, soon, test } from "../fixtures/test.js";

interface Activated {
  activationStart: number;
  id: string;
  /** Cookies of the site while the page was only prerendered. */
  before: string;
}

/** The driver of the other tests keeps pages from being prerendered, so this one has its own. */
test("S25: a prerendered page begins its session and its view when somebody sees it", async ({ site, collector }) => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/?bare`);
    await page.evaluate(() => {
      const rules = Object.assign(document.createElement("script"), {
        type: "speculationrules",
        textContent: JSON.stringify({ prerender: [{ urls: ["/shown-later"], eagerness: "immediate" }] }),
      });
      const link = Object.assign(document.createElement("a"), { href: "/shown-later", id: "go", textContent: "go" });
      document.head.append(rules);
      document.body.append(link);
    });
    // The prerendered page tells when it has loaded: its picture of this name is asked for by nobody else.
    await expect.poll(() => site.calls, soon).toContain("/api/prerendered");
    const before = await page.evaluate(() => document.cookie);
    await page.click("#go");
    const read = async (): Promise<Activated | undefined> => {
      try {
        return await page.evaluate((kept) => {
          const [navigation] = performance.getEntriesByType("navigation") as unknown as { activationStart: number }[];
          const session = window.sojourn?.getSession();
          if (!session?.confirmed) throw new Error("not yet");
          return { activationStart: navigation?.activationStart ?? 0, id: session.id, before: kept };
        }, before);
      } catch {
        return undefined;
      }
    };
    await expect.poll(read, soon).toMatchObject({ before: "" });
    const activated = await read();
    expect(activated?.activationStart).toBeGreaterThan(0);
    await page.close();

    const id = activated?.id ?? "";
    await expect.poll(async () => (await collector.session(id))?.session.session_view_count, soon).toBe(1);
    const detail = await collector.session(id);
    const [view] = detail?.views ?? [];
    expect(view).toMatchObject({ view_path: "/shown-later", view_loading_type: "initial_load" });
    // The view began when it was shown, at or after the moment the session began with.
    expect(Math.abs(Number(view?.date) - Number(detail?.session.date))).toBeLessThan(500);
  } finally {
    await browser.close();
  }
});
