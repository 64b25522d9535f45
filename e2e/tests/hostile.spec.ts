import { APPLICATION, type Collector } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import type { Site } from "../fixtures/site.js";
import { expect, type Page, soon, test } from "../fixtures/test.js";

/** What a page does, whose outcome must be the same with the SDK and without: it tells its server, by means of its own. */
const PROBE = `<script>
window.probe = async () => {
  const told = [];
  const note = async (name, act) => {
    try { told.push(name + " " + (await act())); } catch (error) { told.push(name + " threw " + error.message); }
  };
  await note("fetch", async () => (await fetch("/api/a")).status);
  await note("xhr", () => new kept.Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.onload = () => resolve(xhr.status);
    xhr.open("GET", "/api/b");
    xhr.send();
  }));
  await note("history", () => { history.pushState(null, "", location.pathname + "/next"); return location.pathname; });
  await note("console", () => console.error("said") === undefined);
  await note("keys", () => { const seen = []; for (const key in []) seen.push(key); return seen.join(); });
  await note("click", () => { let count = 0; addEventListener("click", () => count++, { once: true }); document.body.click(); return count; });
  return told;
};
addEventListener("load", () => kept.setTimeout(async () => {
  const told = await probe();
  let id = "none";
  if (window.sojourn) {
    for (let i = 0; i < 50; i++) {
      const session = sojourn.getSession();
      if (session && session.confirmed) { id = session.id; break; }
      await new kept.Promise((resolve) => kept.setTimeout(resolve, 20));
    }
    sojourn.addAction("hello");
    sojourn.addError(new Error("handed in"));
    await kept.Promise.race([sojourn.flush(), new kept.Promise((resolve) => kept.setTimeout(resolve, 1000))]);
  }
  const query = "id=" + id + "&threw=" + encodeURIComponent(thrown.join("|")) + "&told=" + encodeURIComponent(told.join("|"));
  kept.beacon("/api/told?" + query);
}));
</script>`;
/** Taken before anybody can be hostile. */
const KEEP = `<script>
window.kept = { Promise, setTimeout: setTimeout.bind(window), beacon: navigator.sendBeacon.bind(navigator) };
window.thrown = [];
// Where cookies were out of reach, an earlier test's session is here.
localStorage.clear();
addEventListener("error", (event) => { if (event.message) thrown.push(event.message); });
addEventListener("unhandledrejection", (event) => { thrown.push("rejected " + event.reason); });
</script>`;

interface Told {
  id: string;
  threw: string;
  told: string;
}

async function run(tab: Page, site: Site, hostility: string, withSdk: boolean): Promise<Told> {
  const options = { applicationId: APPLICATION.id, clientToken: APPLICATION.clientToken, endpoint: site.intake };
  const sdk = `<script src="/sojourn.js"></script><script>sojourn.init(${JSON.stringify(options)})</script>`;
  const body = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">
${KEEP}<script>${hostility}</script>${withSdk ? sdk : ""}${PROBE}</head><body><h1>Shop</h1></body></html>`;
  site.own.set("/hostile", { body });
  const before = site.calls.length;
  await tab.goto(`${site.origin}/hostile`);
  const answer = () => site.calls.slice(before).find((call) => call.startsWith("/api/told?"));
  await expect.poll(answer, soon).toBeDefined();
  return Object.fromEntries(new URL(String(answer()), site.origin).searchParams) as unknown as Told;
}

async function counted(collector: Collector, id: string): Promise<unknown> {
  const session = (await collector.session(id))?.session;
  return [session?.session_action_count, session?.session_error_count];
}

test.afterEach(({ site }) => site.own.clear());

const throws = (what: string, key: string) =>
  `Object.defineProperty(${what}, "${key}", { configurable: true, get() { throw new Error("hostile ${key}"); } });`;
const remove = (what: string, key: string) =>
  `Object.defineProperty(${what}, "${key}", { configurable: true, writable: true, value: undefined });`;

/** What a page may have done to its own world, and whether the facts can arrive all the same. */
const WORLDS: readonly [name: string, hostility: string, arrives?: false][] = [
  ["an ordinary page", ""],
  ["JSON.stringify that throws", "JSON.stringify = () => { throw new Error('no JSON'); }", false],
  ["Array.prototype.toJSON of an old library", "Array.prototype.toJSON = function () { return 'a list'; }"],
  ["Object.prototype.toJSON", "Object.prototype.toJSON = function () { return 'a thing'; }"],
  ["additions to Array.prototype", "Array.prototype.contains = function () {}; Array.prototype.first = 1;"],
  ["additions to Object.prototype", "Object.prototype.extend = function () {}; Object.prototype.name2 = 'x';"],
  [
    "Object.prototype.get and set",
    "Object.prototype.get = function () {}; Object.prototype.set = function () {};",
    false,
  ],
  ["navigator.connection that throws", throws("navigator", "connection")],
  ["navigator.language that throws", throws("navigator", "language")],
  ["document.referrer that throws", throws("document", "referrer"), false],
  ["screen that throws", throws("window", "screen")],
  ["cookies that throw", throws("document", "cookie")],
  [
    "storage that throws",
    throws("window", "localStorage") + throws("window", "sessionStorage") + throws("window", "indexedDB"),
  ],
  ["a frozen history", "Object.freeze(history); Object.freeze(History.prototype);"],
  ["a frozen XMLHttpRequest", "Object.freeze(XMLHttpRequest.prototype);"],
  [
    "a fetch that is locked",
    "Object.defineProperty(window, 'fetch', { value: fetch, writable: false, configurable: false });",
  ],
  ["a frozen console", "Object.freeze(console);"],
  [
    "frozen intrinsics",
    "for (const one of [Object, Function, Array, Promise, Map, Set, WeakMap, WeakSet, RegExp, String, Number, Error, TypeError, Event, EventTarget, Element, Node])" +
      " { Object.freeze(one); Object.freeze(one.prototype); }",
  ],
  ["a Promise of the page's own", "window.Promise = class extends Promise {};"],
  ["no Promise", "window.Promise = undefined;"],
  ["a Map that throws", "window.Map = function () { throw new Error('no Map'); };", false],
  ["a fetch that throws", "window.fetch = () => { throw new Error('no fetch'); };", false],
  ["a fetch that answers nothing", "window.fetch = () => undefined;", false],
  ["a performance.now that stands still", "performance.now = () => 5;"],
  ["a Date that is a function", "const now = Date.now; window.Date = function () { return {}; }; Date.now = now;"],
  ["no crypto.randomUUID", remove("Crypto.prototype", "randomUUID")],
  ["no PerformanceObserver", remove("window", "PerformanceObserver")],
  ["no BroadcastChannel", remove("window", "BroadcastChannel")],
  ["no locks", remove("Navigator.prototype", "locks")],
  ["no cookieStore", remove("window", "cookieStore")],
  ["no Navigation API", remove("window", "navigation")],
  ["no sendBeacon", remove("Navigator.prototype", "sendBeacon")],
  ["no IndexedDB", remove("window", "indexedDB")],
  ["no ReportingObserver", remove("window", "ReportingObserver")],
  [
    "addEventListener that wraps",
    "const add = EventTarget.prototype.addEventListener; EventTarget.prototype.addEventListener = function (type, listener, options) {" +
      " return add.call(this, type, function (event) { return listener.call ? listener.call(this, event) : listener.handleEvent(event); }, options); };",
  ],
  ["setTimeout that wraps", "const later = setTimeout; window.setTimeout = (task, ms) => later(() => task(), ms);"],
];

for (const [name, hostility, arrives = true] of WORLDS) {
  test(`${name}: the page is as it was${arrives ? ", and its facts arrive" : ""}`, async ({ tab, site, collector }) => {
    const bare = await run(tab, site, hostility, false);
    const measured = await run(tab, site, hostility, true);
    expect({ ...measured, id: "none" }).toEqual(bare);
    if (arrives) await expect.poll(() => counted(collector, measured.id), soon).toEqual([1, expect.any(Number)]);
  });
}

/** Counts the SDK's listeners, and remembers what may be patched. */
const WATCH = `
const listeners = new Map();
const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
const keyOf = (type, options) => type + (typeof options === "object" ? !!options.capture : !!options);
EventTarget.prototype.addEventListener = function (type, listener, options) {
  if (!/sojourn\\.js|modules/.test(new Error().stack)) return add.call(this, type, listener, options);
  const mine = listeners.get(listener) ?? new Set();
  listeners.set(listener, mine.add(keyOf(type, options)));
  if (options && options.signal) options.signal.addEventListener("abort", () => mine.delete(keyOf(type, options)));
  return add.call(this, type, listener, options);
};
EventTarget.prototype.removeEventListener = function (type, listener, options) {
  listeners.get(listener)?.delete(keyOf(type, options));
  return remove.call(this, type, listener, options);
};
window.listening = () => [...listeners.values()].flatMap((types) => [...types]).sort();
const patchable = () => [fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, XMLHttpRequest.prototype.setRequestHeader,
  history.pushState, history.replaceState, History.prototype.pushState, console.error, onerror, onunhandledrejection, WebSocket, EventSource, window.open];
const first = patchable();
window.changed = () => patchable().flatMap((one, i) => (one === first[i] ? [] : i));
`;

test("two SDKs on one page: patches come off in the order they were put on, and no listener stays whatever the order", async ({
  tab,
  site,
}) => {
  await tab.addInitScript(`{${WATCH}}`);
  await tab.goto(`${site.origin}/?bare`);
  const seen = await tab.evaluate(async (endpoint) => {
    const watched = window as unknown as { listening(): string[]; changed(): number[] };
    const before = watched.listening();
    const path = "/modules/packages/rum/dist/index.js";
    const { createRum } = (await import(path)) as typeof import("@sojourn/rum");
    const options = { applicationId: "shop", clientToken: "pub-e2e-token", endpoint, trackConsoleErrors: true };
    const states: unknown[] = [];
    for (const order of [
      [1, 0],
      [0, 1],
    ]) {
      const both = [createRum(), createRum()];
      both[0]?.init(options);
      both[1]?.init({ ...options, cookieName: "other" });
      const during = watched.changed().length > 0 && watched.listening().length > before.length;
      for (const i of order) both[i]?.stop();
      states.push([during, watched.changed().length > 0, watched.listening().filter((one, i) => one !== before[i])]);
    }
    return [...states, (await fetch("/api/after")).status, history.pushState(null, "", "/after")];
  }, site.intake);
  // What is taken off from below stays underneath, and passes everything through.
  expect(seen).toEqual([[true, false, []], [true, true, []], 200, undefined]);
});

test("stopping the file's SDK takes the stand-in's listeners and every patch off", async ({ tab, site }) => {
  await tab.addInitScript(`{${WATCH}}`);
  await tab.goto(site.origin);
  await sessionId(tab);
  await tab.mouse.click(20, 20);
  const left = await tab.evaluate(async () => {
    const watched = window as unknown as { listening(): string[]; changed(): number[] };
    const during = watched.listening().includes("clicktrue");
    window.sojourn.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [during, watched.changed(), watched.listening()];
  });
  expect(left).toEqual([true, [], []]);
});
