import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("the page sees its own APIs as they were", async ({ tab, site }) => {
  const look = () => {
    const { fetch, XMLHttpRequest, history } = window;
    const shape = (target: object, key: string) => {
      const descriptor = Object.getOwnPropertyDescriptor(target, key);
      const { name, length } = descriptor?.value ?? {};
      return [
        key,
        name,
        length,
        "prototype" in (descriptor?.value ?? {}),
        descriptor?.enumerable,
        descriptor?.writable,
      ];
    };
    return [
      shape(window, "fetch"),
      shape(XMLHttpRequest.prototype, "open"),
      shape(XMLHttpRequest.prototype, "send"),
      shape(History.prototype, "pushState"),
      [String(history.pushState).includes("[native code]"), typeof fetch],
    ];
  };
  await tab.goto(`${site.origin}/?bare`);
  const bare = await tab.evaluate(look);
  await tab.goto(site.origin);
  expect(await tab.evaluate(look)).toEqual(bare);
});

test("a rejection that the page leaves unhandled stays unhandled, once, and one that it handles stays handled", async ({
  tab,
  site,
}) => {
  await tab.goto(site.origin);
  const seen = await tab.evaluate(async () => {
    const unhandled: string[] = [];
    addEventListener("unhandledrejection", (event) => {
      unhandled.push(String(event.reason));
      event.preventDefault();
    });
    await fetch("http://localhost:9/handled").catch(() => {});
    void fetch("http://localhost:9/unhandled");
    await new Promise((resolve) => setTimeout(resolve, 100));
    return unhandled;
  });
  expect(seen).toEqual(["TypeError: Failed to fetch"]);
});

test("stopping gives back the very same functions and leaves no listener at work", async ({ tab, site }) => {
  await tab.goto(`${site.origin}/?bare`);
  const same = await tab.evaluate(async (endpoint) => {
    const before = [fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, history.pushState];
    const script = Object.assign(document.createElement("script"), { src: "/sojourn.js" });
    await new Promise((resolve) => {
      script.onload = resolve;
      document.head.append(script);
    });
    window.sojourn.init({ applicationId: "shop", clientToken: "pub-e2e-token", endpoint });
    const patched = fetch !== before[0];
    window.sojourn.stop();
    const after = [fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, history.pushState];
    return [patched, ...after.map((one, i) => one === before[i])];
  }, site.intake);
  expect(same).toEqual([true, true, true, true, true]);
  expect(await tab.evaluate(() => window.sojourn.getSession())).toBeUndefined();
});

test("wrong options are said on the console by name, and nothing is thrown, stored or sent", async ({ tab, site }) => {
  const said: string[] = [];
  const requests: string[] = [];
  tab.on("console", (message) => said.push(message.text()));
  tab.on("pageerror", (error) => said.push(`threw ${error}`));
  tab.on("request", (request) => requests.push(request.url()));
  const options = encodeURIComponent(JSON.stringify({ sessionSampleRate: 101 }));
  await tab.goto(`${site.origin}/?options=${options}`);
  expect(said).toEqual(['[sojourn] init: option "sessionSampleRate" is 101, which it cannot be']);
  await tab.click("#buy");
  expect(await tab.evaluate(() => [document.cookie, window.sojourn.getSession()])).toEqual(["", undefined]);
  expect(requests.filter((url) => url.startsWith(site.intake))).toEqual([]);
});

test("without consent there is no cookie, no storage and no request; granting begins, denying erases", async ({
  tab,
  site,
}) => {
  const requests: string[] = [];
  tab.on("request", (request) => requests.push(request.url()));
  const options = encodeURIComponent(JSON.stringify({ trackingConsent: "pending" }));
  await tab.goto(`${site.origin}/?options=${options}`);
  await tab.click("#buy");
  const stored = () => tab.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  expect(await stored()).toEqual(["", 0, 0]);
  expect(requests.filter((url) => url.startsWith(site.intake))).toEqual([]);

  await tab.evaluate(() => window.sojourn.setTrackingConsent("granted"));
  const id = await sessionId(tab);
  expect((await stored())[0]).toContain(`id=${id}`);

  await tab.evaluate(() => window.sojourn.setTrackingConsent("denied"));
  expect(await stored()).toEqual(["", 0, 0]);
  expect(await tab.evaluate(() => window.sojourn.getSession())).toBeUndefined();
});

test("calls that came before the file are done after it", async ({ tab, site, collector }) => {
  await tab.goto(`${site.origin}/?bare`);
  await tab.evaluate(async (endpoint) => {
    Object.assign(window, {
      sojourn: {
        q: [
          ["setUser", [{ id: "u-1", name: "Ada" }]],
          ["addAction", ["early"]],
          ["init", [{ applicationId: "shop", clientToken: "pub-e2e-token", endpoint }]],
        ],
      },
    });
    const script = Object.assign(document.createElement("script"), { src: "/sojourn.js" });
    await new Promise((resolve) => {
      script.onload = resolve;
      document.head.append(script);
    });
  }, site.intake);
  const id = await sessionId(tab);
  await tab.close();
  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({ session_action_count: 1, user_id: "u-1" });
});

test("S26: a second copy of the file leaves the first one, and its session, alone", async ({ tab, site }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  const same = await tab.evaluate(async () => {
    const before = [window.sojourn, window.fetch];
    const script = Object.assign(document.createElement("script"), { src: "/sojourn.js?again" });
    await new Promise((resolve) => {
      script.onload = resolve;
      document.head.append(script);
    });
    window.sojourn.init({ applicationId: "other", clientToken: "pub", endpoint: "/elsewhere" });
    return window.sojourn === before[0] && window.fetch === before[1];
  });
  expect(same).toBe(true);
  expect(await sessionId(tab)).toBe(id);
});

test("S22: one session for all subdomains of a site, where that is asked for; without one it works all the same", async ({
  tab,
  site,
}) => {
  const options = encodeURIComponent(JSON.stringify({ trackAcrossSubdomains: true }));
  const on = (host: string) => `${site.origin.replace("localhost", host)}/?options=${options}`;
  await tab.goto(on("one.shop.localhost"));
  const id = await sessionId(tab);
  await tab.goto(on("two.shop.localhost"));
  expect(await sessionId(tab)).toBe(id);
  // The probes have left nothing behind.
  expect(await tab.evaluate(() => document.cookie.split("; ").length)).toBe(1);

  for (const host of ["localhost", "127.0.0.1"]) {
    await tab.goto(on(host));
    const first = await sessionId(tab);
    await tab.reload();
    expect(await sessionId(tab)).toBe(first);
  }
});

test("stopped and begun again ten times, the page has no more observers than once", async ({ tab, site }) => {
  await tab.addInitScript(() => {
    const observers = new Set<PerformanceObserver>();
    Object.assign(window, { observers });
    const { observe, disconnect } = PerformanceObserver.prototype;
    PerformanceObserver.prototype.observe = function (options) {
      observers.add(this);
      observe.call(this, options);
    };
    PerformanceObserver.prototype.disconnect = function () {
      observers.delete(this);
      disconnect.call(this);
    };
  });
  await tab.goto(site.origin);
  await sessionId(tab);
  const count = () => tab.evaluate(() => (window as unknown as { observers: Set<unknown> }).observers.size);
  const once = await count();
  await tab.evaluate((endpoint) => {
    for (let i = 0; i < 10; i++) {
      window.sojourn.stop();
      window.sojourn.init({ applicationId: "shop", clientToken: "pub-e2e-token", endpoint });
    }
  }, site.intake);
  expect(once).toBeGreaterThan(0);
  // Some have nothing left to wait for by then.
  expect(await count()).toBeLessThanOrEqual(once);
});
