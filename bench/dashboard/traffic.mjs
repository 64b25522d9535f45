import { randomFrom } from "./random.mjs";

const DAY_MS = 86_400_000;
const ORIGIN = "https://shop.example";
const CDN = "https://cdn.shop.example";
const API = "https://api.shop.example";

/** Who comes: how often of a hundred, by what, and what its engine can tell. */
const CLIENTS = [
  { share: 38, agent: chrome("Windows NT 10.0; Win64; x64"), frames: true, shifts: true, speed: 1 },
  { share: 12, agent: chrome("Macintosh; Intel Mac OS X 10_15_7"), frames: true, shifts: true, speed: 0.8 },
  { share: 22, agent: chrome("Linux; Android 15; Pixel 8", " Mobile"), frames: true, shifts: true, speed: 1.9 },
  {
    share: 18,
    agent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
    frames: false,
    shifts: false,
    speed: 1.2,
  },
  {
    share: 10,
    agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    frames: false,
    shifts: false,
    speed: 1,
  },
];

/** Pages, how often of a hundred, how slow they are, and what is the largest on them. */
const PAGES = [
  { share: 28, path: () => "/", slow: 1, lcp: ["#hero > img", `${CDN}/hero.avif`] },
  {
    share: 26,
    path: (/** @type {Random} */ r) => `/products/${r.int(100, 999)}`,
    slow: 1.1,
    lcp: ["img.product", `${CDN}/product.avif`],
  },
  { share: 20, path: () => "/products", slow: 1.4, lcp: [".grid > li:nth-child(1) img", `${CDN}/tile.avif`] },
  { share: 10, path: () => "/cart", slow: 0.9, lcp: ["main > h1", ""] },
  { share: 8, path: () => "/checkout", slow: 2, lcp: ["form.checkout", ""] },
  { share: 8, path: () => "/account", slow: 1, lcp: ["main > h1", ""] },
];

const FILES = [
  { url: `${CDN}/app.js`, type: "js", ms: 60, bytes: 82_000, blocking: true },
  { url: `${CDN}/main.css`, type: "css", ms: 35, bytes: 14_000, blocking: true },
  { url: `${CDN}/inter.woff2`, type: "font", ms: 45, bytes: 31_000 },
  { url: `${CDN}/hero.avif`, type: "image", ms: 120, bytes: 96_000 },
  { url: "https://tags.example/tag.js", type: "js", ms: 140, bytes: 48_000 },
  { url: "https://chat.example/widget.js", type: "js", ms: 210, bytes: 120_000 },
];
const CALLS = [
  { url: `${API}/v2/products?page=2`, method: "GET", ms: 180, fails: 0.004 },
  { url: `${API}/v2/cart`, method: "GET", ms: 90, fails: 0.002 },
  { url: `${API}/v2/cart/items`, method: "POST", ms: 140, fails: 0.006 },
  { url: `${API}/v2/orders/7731/quote`, method: "POST", ms: 620, fails: 0.03 },
  { url: `${API}/v2/search?q=lamp`, method: "GET", ms: 320, fails: 0.01 },
];
const CLICKS = [
  ["Add to cart", "button#add"],
  ["Checkout", "a[href='/checkout']"],
  ["Next page", "nav.pages > a:nth-child(3)"],
  ["Pay", "button#pay"],
  ["Search", "form.search button"],
];
const BUGS = [
  {
    share: 40,
    type: "TypeError",
    message: "undefined is not an object (evaluating 'order.total')",
    at: ["total", `${CDN}/app.js:1:48213`],
  },
  { share: 25, type: "ChunkLoadError", message: "Loading chunk 7 failed.", at: ["load", `${CDN}/app.js:1:2207`] },
  { share: 20, type: "TypeError", message: "Failed to fetch", at: ["quote", `${CDN}/app.js:1:51990`] },
  {
    share: 10,
    type: "ReferenceError",
    message: "gtag is not defined",
    at: ["track", "https://tags.example/tag.js:1:311"],
  },
  {
    share: 5,
    type: "<b>Error</b>",
    message: "<img src=x onerror=alert(1)>\u202egnp.elif \u{1F47E}",
    at: ["evil", `${CDN}/app.js:1:1`],
  },
];
const SCRIPTS = [
  { share: 50, url: `${CDN}/app.js`, name: "render", ms: 90 },
  { share: 20, url: "https://chat.example/widget.js", name: "boot", ms: 160 },
  { share: 20, url: "https://tags.example/tag.js", name: "", ms: 70 },
  { share: 10, url: `${CDN}/app.js`, name: "filterProducts", ms: 240 },
];
/** Releases by the share of the period after which they were out; the last made things slower and broke an order. */
const RELEASES = [
  { from: 0, version: "2.3.0", slow: 1, breaks: 0.03 },
  { from: 0.4, version: "2.4.0", slow: 0.92, breaks: 0.025 },
  { from: 0.85, version: "2.4.1", slow: 1.25, breaks: 0.07 },
];

/** @typedef {ReturnType<typeof randomFrom>} Random */
/** @typedef {{ body: string, agent: string, address: string, events: number, session: string }} Visit a beacon as a browser sends it */

/**
 * Traffic of a shop: the same for the same seed. People come by day more than by night, and more on some days; engines tell of
 * different things; a release in it is slow and breaks.
 *
 * @param {object} options
 * @param {number} options.seed
 * @param {number} options.events how many at least
 * @param {number} options.now epoch ms of its end
 * @param {number} [options.days] default 29: the intake takes nothing older than 30
 * @param {string} [options.application] default `bench`
 * @returns {Generator<Visit>}
 */
export function* traffic({ seed, events, now, days = 29, application = "bench" }) {
  const random = randomFrom(seed);
  for (let made = 0; made < events; ) {
    const visit = oneVisit(random, { now, days, application });
    made += visit.events;
    yield visit;
  }
}

/**
 * @param {Random} r
 * @param {{ now: number, days: number, application: string }} where
 * @returns {Visit}
 */
function oneVisit(r, { now, days, application }) {
  const client = r.weighed(CLIENTS);
  const created = timeOf(r, now, days);
  const age = 1 - (now - created) / (days * DAY_MS);
  const release = RELEASES.findLast(({ from }) => age >= from) ?? RELEASES[0];
  if (!release) throw new Error("there is no release");
  const session_id = r.uuid();
  const user = r.chance(0.35) ? `user-${r.int(1, 400)}` : "";
  /** @type {object[]} */
  const views = [];
  /** @type {Record<string, unknown>[]} */
  const events = [];
  const counts = { view: 0, error: 0, resource: 0, action: 0, long_task: 0 };
  let time = created;
  let seq = 0;
  const tell = (/** @type {Record<string, unknown> & { type: keyof typeof counts, date: number }} */ event) => {
    counts[event.type] += 1;
    seq += 1;
    events.push({ seq, w: views.length - 1, ...event, date: Math.min(Math.round(event.date), now) });
  };

  for (let left = r.int(1, 4); left > 0; left -= 1) {
    const page = r.weighed(PAGES);
    const first = views.length === 0;
    const luck = r.around(1) * client.speed * page.slow * release.slow;
    const began = time;
    views.push({ view_id: r.uuid(), view_url: ORIGIN + page.path(r), view_started_at: Math.round(began) });
    const before = { ...counts };

    for (const file of first ? FILES : FILES.slice(3, 4)) {
      tell({
        type: "resource",
        date: began + r.int(10, 300),
        resource_url: file.url,
        resource_type: file.type,
        resource_method: "GET",
        resource_status: 200,
        resource_transfer_size: r.chance(0.4) ? 0 : file.bytes,
        ...(file.blocking && { resource_render_blocking_status: "blocking" }),
        duration: ns(file.ms * r.around(1) * client.speed),
      });
    }
    for (let calls = r.int(1, 4); calls > 0; calls -= 1) {
      const call = r.pick(CALLS);
      tell({
        type: "resource",
        date: began + r.int(200, 9000),
        resource_url: call.url,
        resource_type: "fetch",
        resource_method: call.method,
        resource_status: r.chance(call.fails) ? 500 : 200,
        resource_transfer_size: r.int(300, 9000),
        duration: ns(call.ms * r.around(1) * release.slow),
        trace_id: r.hex(32),
        span_id: r.hex(16),
      });
    }
    for (let clicks = r.int(0, 3); clicks > 0; clicks -= 1) {
      const [name = "", target = ""] = r.pick(CLICKS);
      const types = r.chance(0.03) ? ["dead_click"] : r.chance(0.01) ? ["rage_click", "dead_click"] : [];
      tell({
        type: "action",
        date: began + r.int(1000, 12_000),
        action_id: r.uuid(),
        action_type: client.speed > 1.1 ? "tap" : "click",
        action_name: name,
        action_target: target,
        duration: ns(r.int(20, 900)),
        ...(types.length > 0 && { action_frustration_types: types }),
      });
    }
    if (client.frames) {
      for (let frames = r.int(0, 2); frames > 0; frames -= 1) {
        const script = r.weighed(SCRIPTS);
        const duration = script.ms * r.around(1) * client.speed;
        tell({
          type: "long_task",
          date: began + r.int(100, 8000),
          duration: ns(duration + 30),
          long_task_entry_type: "long-animation-frame",
          blocking_duration: ns(Math.max(0, duration - 50)),
          scripts: [
            {
              url: script.url,
              function: script.name,
              start: ns(2),
              duration: ns(duration),
              forced_layout: ns(duration * 0.1),
            },
          ],
        });
      }
    }
    if (r.chance(release.breaks)) {
      const bug = r.weighed(BUGS);
      const [name, file] = bug.at;
      tell({
        type: "error",
        date: began + r.int(500, 9000),
        error_message: bug.message,
        error_type: bug.type,
        error_source: "source",
        error_handling: "unhandled",
        error_stack: `${bug.type}: ${bug.message}\n    at ${name} (${file})\n    at run (${CDN}/app.js:1:9)`,
      });
    }

    const spent = r.int(4000, 60_000);
    const lcp = 1300 * luck;
    const [element, url] = page.lcp;
    const byte = 260 * r.around(1);
    const rest = Math.max(0, lcp - byte);
    counts.view += 1;
    seq += 1;
    events.push({
      type: "view",
      seq,
      w: views.length - 1,
      date: Math.min(Math.round(began), now),
      document_version: 1,
      view_loading_type: first ? "initial_load" : "route_change",
      is_active: false,
      time_spent: ns(spent),
      foreground_time: ns(spent),
      loading_time: ns(lcp * 1.2),
      vitals_definition: "web-vitals@6.2",
      view_error_count: counts.error - before.error,
      view_resource_count: counts.resource - before.resource,
      view_action_count: counts.action - before.action,
      view_long_task_count: counts.long_task - before.long_task,
      interaction_to_next_paint: ns(90 * luck),
      interaction_to_next_paint_target_selector: r.pick(CLICKS)[1],
      interaction_to_next_paint_type: "pointer",
      interaction_to_next_paint_input_delay: ns(15 * luck),
      interaction_to_next_paint_processing_duration: ns(50 * luck),
      interaction_to_next_paint_presentation_delay: ns(25 * luck),
      sdk_time: ns(9 * r.around(1) * client.speed),
      sdk_sent_bytes: r.int(1500, 6000),
      ...(client.shifts && {
        cumulative_layout_shift: Math.round(0.05 * r.around(1) * page.slow * 1000) / 1000,
        cumulative_layout_shift_target_selector: r.chance(0.6) ? "aside.banner" : ".reviews",
      }),
      ...(first && {
        first_byte: ns(byte),
        first_contentful_paint: ns(byte + rest * 0.6),
        largest_contentful_paint: ns(byte + rest),
        largest_contentful_paint_element_selector: element,
        ...(url && { largest_contentful_paint_url: url }),
        largest_contentful_paint_load_delay: ns(url ? rest * 0.2 : 0),
        largest_contentful_paint_load_time: ns(url ? rest * 0.5 : 0),
        largest_contentful_paint_render_delay: ns(url ? rest * 0.3 : rest),
      }),
    });
    time = began + spent;
  }

  const lost = r.chance(0.01) ? r.int(1, 3) : 0;
  const body = {
    v: 1,
    sdk: { name: "sojourn-rum", version: "0.1.0" },
    application_id: application,
    sent_at: now,
    seq: seq + lost,
    page: { page_id: r.uuid(), page_started_at: created, version: release.version, service: "web", env: "production" },
    sessions: [
      {
        session_id,
        session_type: r.chance(0.04) ? "synthetics" : "user",
        session_created_at: created,
        session_active_until_at: Math.min(Math.round(time), now),
        first_view: 0,
        last_view: views.length - 1,
        ...Object.fromEntries(Object.entries(counts).map(([type, count]) => [`session_${type}_count`, count])),
      },
    ],
    views,
    users: [user ? { user_id: user } : {}],
    events,
  };
  const address = `203.0.113.${r.int(1, 254)}`;
  return { body: JSON.stringify(body), agent: client.agent, address, events: events.length, session: session_id };
}

/**
 * More by day than by night, and fewer at weekends.
 *
 * @param {Random} r
 * @param {number} now
 * @param {number} days
 */
function timeOf(r, now, days) {
  for (;;) {
    const at = Math.round(now - r.next() ** 1.2 * days * DAY_MS);
    const date = new Date(at);
    const daylight = 0.25 + 0.75 * Math.max(0, Math.sin(((date.getUTCHours() - 5) / 24) * 2 * Math.PI));
    const weekend = date.getUTCDay() % 6 === 0 ? 0.6 : 1;
    if (r.chance(daylight * weekend)) return at;
  }
}

/** @param {number} ms */
const ns = (ms) => Math.round(ms * 1e6);

/**
 * @param {string} system
 * @param {string} [mobile]
 */
function chrome(system, mobile = "") {
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0${mobile} Safari/537.36`;
}
