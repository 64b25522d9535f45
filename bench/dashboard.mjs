import { chromium } from "@playwright/test";
import { browser as findBrowser } from "../scripts/lib/browser.mjs";
import { startCollector } from "./collector/process.mjs";
import { traffic } from "./dashboard/traffic.mjs";
import { median, quantile } from "./lib/stats.mjs";
import { table } from "./lib/table.mjs";

const EVENTS = 1_000_000;
const SEED = 1;
const AT_ONCE = 16;
const ROUNDS = 5;
/** A month is what is asked for; the shorter ones are what most people look at. */
const ROOMS = [
  "overview?range=24h",
  "overview?range=30d",
  "sessions?range=30d",
  "errors?range=30d",
  "pages?range=30d",
  "pages?range=30d&path_group=%2Fproducts",
  "delivery?range=24h",
];
/** @typedef {{ seen: { shift: number, usable: number } }} Seen */
/** A row, a figure or a lane: what somebody came for. */
const USABLE = "main table tbody tr, main dl.figures, main .lane";
const ZOOMS = 40;

/**
 * How the dashboard feels over a month of traffic, in a real Chromium: from the navigation until there is something to read,
 * what moved meanwhile, and how long frames are while a session is zoomed. `SOJOURN_BENCH_EVENTS` sets another number of events.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} a report
 */
export async function dashboard(root, env) {
  const wanted = Number(env.SOJOURN_BENCH_EVENTS ?? EVENTS);
  const collector = await startCollector(root);
  const browser = await chromium.launch({
    executablePath: await findBrowser({ env, say: () => {} }),
    args: ["--no-sandbox"],
  });
  try {
    const filled = await fill(collector, wanted);
    const base = new URL("/dashboard/", collector.intake).href;
    const rows = [];
    for (const room of ROOMS) {
      const visits = [];
      for (let round = 0; round < ROUNDS; round += 1) visits.push(await visit(browser, `${base}#/${room}`));
      const [first] = visits;
      rows.push([
        room,
        `${(first?.usableMs ?? NaN).toFixed(0)} ms`,
        `${median(visits.map(({ usableMs }) => usableMs)).toFixed(0)} ms`,
        `${median(visits.map(({ doneMs }) => doneMs)).toFixed(0)} ms`,
        Math.max(...visits.map(({ shift }) => shift)).toFixed(3),
      ]);
    }
    const frames = await zoom(browser, `${base}#/sessions/${filled.longest}`);
    return `## Dashboard over ${filled.events.toLocaleString("en")} events in ${filled.sessions.toLocaleString("en")} sessions of 29 days

${table(["", "usable, first", "usable, median", "all figures, median", "layout shift, most"], rows)}

Zooming a session of ${filled.most} events: frames p50 ${quantile(frames, 0.5).toFixed(1)} ms, p95 ${quantile(frames, 0.95).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(0)} ms over ${frames.length}.
Filled in ${(filled.ms / 1000).toFixed(0)} s: ${Math.round(filled.events / (filled.ms / 1000)).toLocaleString("en")} events a second.`;
  } finally {
    await browser.close();
    await collector.stop();
    await collector.remove();
  }
}

/**
 * @param {Awaited<ReturnType<typeof startCollector>>} collector
 * @param {number} events
 */
async function fill(collector, events) {
  const began = performance.now();
  const filled = { events: 0, sessions: 0, most: 0, longest: "", last: "", ms: 0 };
  const visits = traffic({ seed: SEED, events, now: Date.now() });
  const worker = async () => {
    for (const { body, agent, ...visit } of visits) {
      const { status } = await fetch(collector.intake, { method: "POST", body, headers: { "user-agent": agent } });
      if (status !== 204) throw new Error(`the collector answered ${status}`);
      filled.events += visit.events;
      filled.sessions += 1;
      filled.last = visit.session;
      if (visit.events > filled.most) Object.assign(filled, { most: visit.events, longest: visit.session });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await collector.untilStored(filled.last);
  filled.ms = performance.now() - began;
  return filled;
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 */
async function visit(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript((usable) => {
      const seen = { shift: 0, usable: 0 };
      Object.assign(window, { seen });
      const look = () => {
        if (document.querySelector(usable)) seen.usable = performance.now();
        else requestAnimationFrame(look);
      };
      look();
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value, hadRecentInput } =
            /** @type {PerformanceEntry & { value: number, hadRecentInput: boolean }} */ (entry);
          if (!hadRecentInput) seen.shift += value;
        }
      }).observe({ type: "layout-shift", buffered: true });
    }, USABLE);
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForFunction(() => /** @type {Seen} */ (/** @type {unknown} */ (window)).seen.usable > 0);
    await page.waitForLoadState("networkidle");
    // The half second that it waits to be sure is not the reader's.
    const doneMs = (await page.evaluate(() => performance.now())) - 500;
    const { usable, shift } = await page.evaluate(() => /** @type {Seen} */ (/** @type {unknown} */ (window)).seen);
    return { usableMs: usable, doneMs: Math.max(usable, doneMs), shift };
  } finally {
    await context.close();
  }
}

/**
 * The times between frames while the wheel zooms in and out over the timeline, ms.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @returns {Promise<number[]>}
 */
async function zoom(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(url);
    const plot = page.locator(".timeline-body .plot").nth(1);
    await plot.waitFor();
    const box = await plot.boundingBox();
    if (!box) throw new Error("the timeline is not drawn");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.evaluate(() => {
      /** @type {number[]} */
      const frames = [];
      Object.assign(window, { frames });
      let last = performance.now();
      const tick = (/** @type {number} */ at) => {
        frames.push(at - last);
        last = at;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    for (let i = 0; i < ZOOMS; i += 1) {
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, i < ZOOMS / 2 ? -120 : 120);
      await page.keyboard.up("Control");
    }
    const frames = await page.evaluate(
      () => /** @type {{ frames: number[] }} */ (/** @type {unknown} */ (window)).frames,
    );
    return frames.slice(1);
  } finally {
    await context.close();
  }
}
