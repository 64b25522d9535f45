import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { browser as findBrowser } from "../scripts/lib/browser.mjs";
import { bundle } from "./lib/bundle.mjs";
import { median } from "./lib/stats.mjs";
import { ratio, table } from "./lib/table.mjs";
import { probe } from "./page/probe.mjs";
import { startSite } from "./page/site.mjs";

const ROUNDS = 5;
const CLICKS = 200;
/** A batch waits up to 10 s for company: what the work left behind is no cost of idling. */
const SETTLE_MS = 12_000;
const IDLE_MS = 10_000;
const FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"];

/**
 * @typedef {object} Cost of one visit
 * @property {number} initMs from before the script's text to after its start, compilation included
 * @property {number} listenerMs in listeners of the clicks' events, the page's own included
 * @property {number} scriptMs CPU in scripts during the clicks
 * @property {number} heapKb heap after a collection, at the end
 * @property {number} writes to cookies and web storage, over the whole visit
 * @property {number} timers that fired during the idle time
 * @property {number} requests made during the visit, its uploads included
 * @property {number} uploadBytesPerFact NaN where nothing was told
 */

/**
 * What the SDK costs a page in a real Chromium: the same page bare, with web-vitals alone and with Sojourn, in turns,
 * so that a slow minute of the machine hits all of them. Every figure is a median over the rounds.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} a report
 */
export async function pageCost(root, env) {
  const variants = [
    { name: "bare page", script: "", init: "" },
    { name: "web-vitals alone", script: await bundle(join(root, "bench/peers/web-vitals.mjs")), init: "" },
    { name: "Sojourn", script: await readFile(join(root, "packages/rum/dist/sojourn.js"), "utf8"), init: INIT },
  ];
  const site = await startSite(variants);
  const browser = await chromium.launch({ executablePath: await findBrowser({ env, say: () => {} }), args: FLAGS });
  try {
    /** @type {Cost[][]} */
    const costs = variants.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const index of variants.keys()) {
        const turn = (index + round) % variants.length;
        costs[turn]?.push(await visit(browser, site, turn));
      }
    }
    return report(variants.map(({ name }, index) => ({ name, cost: medians(costs[index] ?? []) })));
  } finally {
    await browser.close();
    await site.stop();
  }
}

const INIT = `sojourn.init({ applicationId: "bench", clientToken: "pub-bench-token", endpoint: location.origin + "/v1/rum" })`;

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {Awaited<ReturnType<typeof startSite>>} site
 * @param {number} variant
 * @returns {Promise<Cost>}
 */
async function visit(browser, site, variant) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(probe);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable");
    const before = { ...site.seen };
    await page.goto(`${site.url}/${variant}/`, { waitUntil: "load" });
    const scriptBefore = await metric(cdp, "ScriptDuration");
    const buttons = await page.locator("button").all();
    const places = await Promise.all(buttons.map((button) => button.boundingBox()));
    for (let click = 0; click < CLICKS; click += 1) {
      const place = places[click % places.length];
      if (!place) throw new Error("a button has no place on the page");
      await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
    }
    const scriptMs = ((await metric(cdp, "ScriptDuration")) - scriptBefore) * 1000;
    const worked = await read(page);
    await page.waitForTimeout(SETTLE_MS);
    const settled = await read(page);
    await page.waitForTimeout(IDLE_MS);
    const idle = await read(page);
    await cdp.send("HeapProfiler.collectGarbage");
    const heapKb = (await metric(cdp, "JSHeapUsedSize")) / 1000;
    await page.goto("about:blank");
    await page.waitForTimeout(500);
    const facts = site.seen.facts - before.facts;
    return {
      initMs: worked.initMs,
      listenerMs: worked.listenerMs,
      scriptMs,
      heapKb,
      writes: idle.cookieWrites + idle.storageWrites,
      timers: idle.timers - settled.timers,
      requests: site.seen.requests - before.requests,
      uploadBytesPerFact: facts > 0 ? (site.seen.uploadBytes - before.uploadBytes) / facts : Number.NaN,
    };
  } finally {
    await context.close();
  }
}

/**
 * @typedef {{ listenerMs: number, timers: number, cookieWrites: number, storageWrites: number }} Probed
 *
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<Probed & { initMs: number }>}
 */
function read(page) {
  return page.evaluate(() => {
    const { initMs, probe } = /** @type {Window & { initMs?: number, probe?: Probed }} */ (window);
    if (initMs === undefined || !probe) throw new Error("the page did not start");
    return { initMs, ...probe };
  });
}

/**
 * @param {import("@playwright/test").CDPSession} cdp
 * @param {string} name
 */
async function metric(cdp, name) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN;
}

/**
 * @param {Cost[]} costs
 * @returns {Cost}
 */
function medians(costs) {
  const of = (/** @type {keyof Cost} */ key) => median(costs.map((cost) => cost[key]));
  return {
    initMs: of("initMs"),
    listenerMs: of("listenerMs"),
    scriptMs: of("scriptMs"),
    heapKb: of("heapKb"),
    writes: of("writes"),
    timers: of("timers"),
    requests: of("requests"),
    uploadBytesPerFact: of("uploadBytesPerFact"),
  };
}

/** @param {{ name: string, cost: Cost }[]} results the bare page first */
function report(results) {
  const bare = results[0]?.cost;
  if (!bare) throw new Error("nothing was measured");
  const rows = results.map(({ name, cost }) => [
    name,
    cost.initMs.toFixed(1),
    cost.listenerMs.toFixed(1),
    cost.scriptMs.toFixed(0),
    ratio(cost.scriptMs, bare.scriptMs),
    (cost.heapKb - bare.heapKb).toFixed(0),
    cost.requests - bare.requests,
    cost.writes,
    cost.timers,
    Number.isNaN(cost.uploadBytesPerFact) ? "–" : cost.uploadBytesPerFact.toFixed(0),
  ]);
  return `## Cost to a page: ${CLICKS} clicks, 150 requests, 100 images, 20 routes, 20 errors; medians of ${ROUNDS}

${table(["", "init ms", "listeners ms", "script CPU ms", "ratio", "heap +KB", "requests +", "writes", `timers in ${IDLE_MS / 1000} s idle`, "bytes a fact"], rows)}`;
}
