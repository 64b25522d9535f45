import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "@playwright/test";
import { browser as findBrowser } from "../scripts/lib/browser.mjs";
import { install } from "../scripts/lib/install.mjs";
import { bundlePeer } from "./lib/bundle.mjs";
import { inflated } from "./lib/inflated.mjs";
import { ratio, table } from "./lib/table.mjs";
import { startSite } from "./page/site.mjs";
import { datadog } from "./peers/datadog.mjs";
import { elastic } from "./peers/elastic.mjs";
import { faro } from "./peers/faro.mjs";
import { KINDS } from "./peers/peer.mjs";
import { sentry } from "./peers/sentry.mjs";
import { sojourn } from "./peers/sojourn.mjs";
import { resultOf } from "./wire/result.mjs";

/** @type {readonly import("./peers/peer.mjs").Peer[]} */
const SDKS = [sojourn, datadog(), datadog({ compressed: true }), faro(), faro({ compressed: true }), sentry, elastic];

/**
 * @typedef {object} Stay how long a visitor stays
 * @property {number} clicks
 * @property {number} settleMs after them
 * @property {number} idleMs after that
 */

const PACE_MS = 250;
/** A batch waits up to 30 s for company: what the work left behind is no cost of idling. */
const LONG = { clicks: 200, settleMs: 32_000, idleMs: 20_000 };
/** As long as it takes to see one page and leave it. What was not sent by then goes as the page does. */
const SHORT = { clicks: 20, settleMs: 0, idleMs: 0 };
/** From a page's beginning to the next one's, since one that compiles holds the others up. */
const APART_MS = 2_000;
/** Until what was sent as the page went has arrived. */
const EXIT_MS = 2_000;

const FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"];

/** @typedef {import("./wire/result.mjs").Result} Result */

/**
 * What SDKs upload for the same work on the same page, in a real Chromium: bodies as they come over the wire. The visits
 * run beside each other, since no figure here is a time.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} a report
 */
export async function wire(root, env) {
  const peers = join(root, "bench/peers");
  await install(peers, { env, say: (line) => process.stdout.write(`${line}\n`) });
  const variants = await Promise.all(
    SDKS.map(async ({ name, entry, init }, index) => ({
      name,
      script: entry
        ? await bundlePeer(entry, peers)
        : await readFile(join(root, "packages/rum/dist/sojourn.js"), "utf8"),
      init: init(`/intake/${index}`),
    })),
  );
  const executablePath = await findBrowser({ env, say: () => {} });
  const long = await measure(variants, executablePath, LONG);
  return report(long, await measure(variants, executablePath, SHORT));
}

/**
 * @param {readonly import("./page/site.mjs").Variant[]} variants one per SDK
 * @param {string} executablePath
 * @param {Stay} stay
 */
async function measure(variants, executablePath, stay) {
  /** @type {import("./wire/result.mjs").Upload[][]} */
  const uploads = SDKS.map(() => []);
  const site = await startSite(variants, (path, body) => {
    const index = Number(/^\/intake\/(\d+)/.exec(path)?.[1]);
    uploads[index]?.push({ at: performance.now(), bytes: body.length, text: inflated(body) });
  });
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    return await Promise.all(
      SDKS.map(async (sdk, index) => {
        await wait(index * APART_MS);
        const idle = await visit(browser, `${site.url}/${index}/`, stay);
        return resultOf(sdk, uploads[index] ?? [], idle);
      }),
    );
  } finally {
    await browser.close();
    await site.stop();
  }
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {Stay} stay
 * @returns {Promise<{ from: number, to: number }>} when nothing was done
 */
async function visit(browser, url, { clicks, settleMs, idleMs }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: "load" });
    const buttons = await page.locator("button").all();
    const places = await Promise.all(buttons.map((button) => button.boundingBox()));
    for (let click = 0; click < clicks; click += 1) {
      const place = places[click % places.length];
      if (!place) throw new Error("a button has no place on the page");
      await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
      await wait(PACE_MS);
    }
    await wait(settleMs);
    const from = performance.now();
    await wait(idleMs);
    const to = performance.now();
    await page.goto("about:blank");
    await wait(EXIT_MS);
    return { from, to };
  } finally {
    await context.close();
  }
}

/**
 * @param {readonly Result[]} long
 * @param {readonly Result[]} short
 */
function report(long, short) {
  return `${stayReport(LONG, long)}

${table(
  ["facts of the same visit", ...KINDS],
  long.map(({ name, kinds }) => [name, ...kinds]),
)}

${stayReport(SHORT, short)}

Bytes: bodies as they come over the wire. Text: the same unpacked. A fact is
- Sojourn, Datadog: an event; the versions of a view are one fact
- Faro: an exception, a log, a measurement, an event, a span; three of them tell of one request
- Sentry: a span, an error, an update of its session; a click is a crumb of the next error
- Elastic: a transaction, a span, an error
The work is the same for all, so bytes a click compare; bytes a fact are less where a thing is told several times.`;
}

/**
 * @param {Stay} stay
 * @param {readonly Result[]} results ours first
 */
function stayReport({ clicks, idleMs }, results) {
  const ours = results[0]?.bytes ?? 0;
  const rows = results.map(({ name, uploads, bytes, text, facts, idleUploads, idleBytes }) => [
    name,
    uploads,
    bytes,
    text,
    facts,
    (bytes / facts).toFixed(0),
    (bytes / clicks).toFixed(0),
    ratio(bytes, ours),
    ...(idleMs > 0 ? [idleUploads, idleBytes] : []),
  ]);
  const idle = idleMs > 0 ? [`uploads in ${idleMs / 1000} s idle`, "bytes then"] : [];
  const head = ["", "uploads", "bytes", "text", "facts", "bytes a fact", "bytes a click", "ratio", ...idle];
  const then = idleMs > 0 ? "some rest, then the page is left" : "the page is left at once";
  const share = (/** @type {number} */ part) => Math.round(clicks * part);
  return `## Bytes on the wire: ${clicks} clicks, ${share(0.75)} requests, ${share(0.5)} images, ${share(0.1)} routes, ${share(0.1)} errors; ${then}

${table(head, rows)}`;
}
