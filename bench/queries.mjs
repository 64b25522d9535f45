import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startCollector } from "./collector/process.mjs";
import { fillStore, SESSION_EVENTS } from "./collector/visits.mjs";
import { median } from "./lib/stats.mjs";
import { ratio, table } from "./lib/table.mjs";

const SIZES = [1_000_000, 10_000_000];
const ROUNDS = 5;
const DAY = 86_400_000;

/** What the dashboard and scripts ask, over the last day, the last week and all of the month. */
const QUESTIONS = (/** @type {number} */ now) => {
  const day = `from=${now - DAY}&to=${now}`;
  const month = `from=${now - 30 * DAY}&to=${now}`;
  return [
    ["sessions", "sessions"],
    ["sessions, second part", "sessions?limit=100", "next"],
    ["sessions of a user", "sessions?user_id=u77"],
    ["sessions with an error, a page", `sessions?has_error=true&path_group=/products/?&${day}`],
    ["one session", "sessions/{id}"],
    ["views", "views"],
    ["views of a page, month", `views?path_group=/products/?&${month}`],
    ["events", "events"],
    ["events, second part", "events?limit=100", "next"],
    ["errors as events", "events?type=error"],
    ["events of a user, month", `events?user_id=u77&${month}`],
    ["errors, day", `errors?${day}`],
    ["errors, month", `errors?${month}`],
    ["vitals, day", `vitals?${day}`],
    ["vitals by page, month", `vitals?group_by=path_group&${month}`],
    ["attribution, day", `attribution?${day}`],
    ["overhead, month", `overhead?${month}`],
    ["resources, day", `resources?${day}`],
    ["resources, month", `resources?${month}`],
    ["delivery, day", `delivery?${day}`],
    ["delivery, month", `delivery?${month}`],
    ["delivery, month, second part", `delivery?${month}`, "next"],
    ["delivery of a session", "delivery?session_id={id}"],
  ];
};

/**
 * How long each question takes over a month of events, and how that grows from a million to ten. The rows are made by the
 * engine itself, the same each time. `SOJOURN_BENCH_EVENTS` sets other sizes, with commas.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} a report
 */
export async function queryTimes(root, env) {
  const sizes = env.SOJOURN_BENCH_EVENTS?.split(",").map(Number) ?? SIZES;
  const now = Date.now();
  /** @type {Map<string, (number | string)[][]>} */
  const times = new Map();
  for (const events of sizes) {
    const collector = await startCollector(root, (data) => fill(root, data, events, now));
    try {
      const { items } = await answerOf(`${collector.url}/v1/sessions?limit=1`);
      for (const [name = "", path = "", next] of QUESTIONS(now)) {
        const url = `${collector.url}/v1/${path.replace("{id}", items[0].session_id)}`;
        const taken = await timesOf(url, next !== undefined).catch((/** @type {Error} */ error) => [error.message]);
        times.set(name, [...(times.get(name) ?? []), taken]);
      }
    } finally {
      await collector.stop();
      await collector.remove();
    }
  }
  const rows = [...times].map(([name, bySize]) => {
    const medians = bySize.map(([, ...warm]) =>
      warm.length > 0 ? median(/** @type {number[]} */ (warm)) : Number.NaN,
    );
    const shown = bySize.flatMap(([first], size) => [
      typeof first === "number" ? first.toFixed(0) : String(first),
      medians[size]?.toFixed(0) ?? "",
    ]);
    return [name, ...shown, ...(medians.length > 1 ? [ratio(medians.at(-1) ?? 0, medians[0] ?? 0)] : [])];
  });
  const heads = sizes.flatMap((size) => [`${size.toLocaleString("en")}: first`, "median"]);
  return `## Questions, ms, over a month of events (${SESSION_EVENTS} a session)

${table(["", ...heads, ...(sizes.length > 1 ? ["growth"] : [])], rows)}`;
}

/**
 * @param {string} url
 * @param {boolean} behind asks for the part behind the first
 */
async function timesOf(url, behind) {
  const { next } = behind ? await answerOf(url) : { next: undefined };
  const asked = behind ? `${url}${url.includes("?") ? "&" : "?"}cursor=${next}` : url;
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await answerOf(asked);
    times.push(performance.now() - began);
  }
  return times;
}

/** @param {string} url */
async function answerOf(url) {
  const answer = await fetch(url);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${body.error?.code}`);
  return body;
}

/**
 * @param {string} root
 * @param {string} data
 * @param {number} events
 * @param {number} now
 */
async function fill(root, data, events, now) {
  const load = (/** @type {string} */ path) => import(pathToFileURL(join(root, "packages/collector/dist", path)).href);
  const { openStore } = await load("store/open.js");
  const { silentLog } = await load("index.js");
  const store = await openStore({ data, store: undefined }, silentLog);
  try {
    await fillStore(store, events, now);
  } finally {
    await store.close();
  }
}
