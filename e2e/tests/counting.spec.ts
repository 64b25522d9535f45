import { observeBare, sessionId } from "../fixtures/page.js";
import { SLOW_MS } from "../fixtures/site.js";
import { expect, soon, test } from "../fixtures/test.js";

test("only the path makes a view: query, state and fragment do not, a route in the fragment does", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(`${site.origin}/list`);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    history.replaceState({ scroll: 10 }, "");
    history.pushState({}, "", "/list?page=2");
    history.pushState({}, "", "#section");
    history.replaceState({}, "", "/list?page=3");
  });
  await tab.evaluate(() => history.pushState({}, "", "/list#/details"));
  await tab.evaluate(() => history.pushState({}, "", "/other"));
  await tab.goBack({ waitUntil: "commit" });
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_view_count, soon).toBe(4);
  const detail = await collector.session(id);
  expect(detail?.views.map(({ view_url }) => String(view_url).slice(site.origin.length))).toEqual([
    "/list",
    "/list#/details",
    "/other",
    "/list#/details",
  ]);
});

test("a click that a script made is no action", async ({ tab, site, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.click("#buy");
  await tab.evaluate(() => document.querySelector("#buy")?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
  await tab.evaluate(() => window.sojourn.addAction("checkout", { items: 3 }));
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_action_count, soon).toBe(2);
  const detail = await collector.session(id);
  const [click, custom] = detail?.events.filter(({ type }) => type === "action") ?? [];
  expect(click).toMatchObject({ action_type: "click", action_name: "Buy it", action_target: "#buy" });
  expect(custom).toMatchObject({ action_type: "custom", action_name: "checkout", context: { items: 3 } });
});

test("one error object is one error however often it is reported, and a failed request is none", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(async () => {
    const error = new Error("reported three times");
    window.sojourn.addError(error, { step: "checkout" });
    window.sojourn.addError(error);
    setTimeout(() => {
      throw error;
    });
    await fetch("/api/fail");
    await fetch("http://localhost:9/refused").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve));
  });
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session, soon).toMatchObject({ session_error_count: 1 });
});

test("resources and long tasks are those that a bare observer sees; requests to the intake are none", async ({
  tab,
  site,
  collector,
}) => {
  const bare = await observeBare(tab);
  await tab.goto(site.origin, { waitUntil: "load" });
  const id = await sessionId(tab);
  for (let i = 0; i < 3; i++) await tab.evaluate(() => window.sojourn.flush());
  await tab.evaluate(async () => {
    for (let i = 0; i < 3; i++) document.body.append(Object.assign(new Image(), { src: `/tea.png?${i}` }));
    await Promise.all([...document.images].map((image) => image.decode()));
    navigator.sendBeacon("/api/beacon", "x");
  });
  await tab.click("#work");
  await expect.poll(async () => (await bare(collector.intake)).longTasks, soon).toBeGreaterThan(0);
  const expected = await bare(collector.intake);
  await tab.close();
  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({
      session_resource_count: expected.resources,
      session_long_task_count: expected.longTasks,
    });
});

test("an unanswered request is no resource yet when its page goes, and is never counted twice", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(site.origin, { waitUntil: "load" });
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    void fetch("/api/hang").catch(() => {});
  });
  await tab.evaluate(() => fetch("/api/products"));
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_resource_count, soon).toBe(5);
});

test("a document that comes slowly is one resource, as long as its response took", async ({ tab, site, collector }) => {
  await tab.goto(`${site.origin}/list?slow`, { waitUntil: "load" });
  const id = await sessionId(tab);
  const responseEnd = await tab.evaluate(() => {
    const [document] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return document?.responseEnd ?? 0;
  });
  expect(responseEnd).toBeGreaterThan(SLOW_MS);
  await tab.close();
  await expect
    .poll(async () => {
      const events = (await collector.session(id))?.events ?? [];
      return events.filter(({ resource_type }) => resource_type === "document").map(({ duration }) => Number(duration));
    }, soon)
    .toEqual([Math.round(responseEnd * 1e6)]);
});

test("a document that is left while it loads is one resource", async ({ tab, site, collector }) => {
  await tab.goto(`${site.origin}/list?slow`, { waitUntil: "commit" });
  const id = await sessionId(tab);
  await tab.evaluate(() => location.assign("/other?bare"));
  await tab.waitForURL("**/other?bare");
  await expect
    .poll(async () => {
      const events = (await collector.session(id))?.events ?? [];
      return events.filter(({ resource_type }) => resource_type === "document").length;
    }, soon)
    .toBe(1);
});

/** What a page does, by its name, and what its head holds. */
const requests: [what: string, act: () => Promise<unknown>, search?: string][] = [
  [
    "a preload and the fetch that it answers",
    () => fetch("/api/preloaded").then((response) => response.text()),
    `head=${encodeURIComponent('<link rel="preload" as="fetch" href="/api/preloaded" crossorigin>')}`,
  ],
  [
    "a fetch that the page's policy upgrades to https",
    () => fetch("http://upgraded.invalid/x").catch(() => {}),
    `head=${encodeURIComponent('<meta http-equiv="Content-Security-Policy" content="upgrade-insecure-requests">')}`,
  ],
  [
    "an XHR of a page in another encoding",
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open("GET", "/api/search?q=\u0436");
        xhr.onloadend = resolve;
        xhr.send();
      }),
    "charset=windows-1251",
  ],
  [
    "an XHR that is sent twice",
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open("GET", "/api/twice");
        xhr.onloadend = resolve;
        xhr.send();
        try {
          xhr.send();
        } catch {}
      }),
  ],
  [
    "an XHR that is opened again in flight",
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open("GET", "/api/hang");
        xhr.send();
        setTimeout(() => {
          xhr.open("GET", "/api/fail");
          xhr.onloadend = resolve;
          xhr.send();
        }, 50);
      }),
  ],
];
for (const [what, act, search = ""] of requests) {
  test(`${what} are as many resources as a bare observer sees`, async ({ tab, site, collector }) => {
    const bare = await observeBare(tab);
    await tab.goto(`${site.origin}/list?${search}`, { waitUntil: "load" });
    const id = await sessionId(tab);
    await tab.evaluate(act);
    // What is drained is never waited for.
    await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    const expected = await bare(collector.intake);
    await tab.evaluate(() => window.sojourn.flush());
    await tab.close();
    await expect
      .poll(async () => (await collector.session(id))?.session, soon)
      .toMatchObject({ session_resource_count: expected.resources });
    const events = (await collector.session(id))?.events ?? [];
    const statuses = events.filter(({ resource_url }) => String(resource_url).includes("/api/fail"));
    for (const { resource_status } of statuses) expect(resource_status).toBe(500);
  });
}

test("a promise that the page's own fetch answers reaches the page as it is", async ({ tab, site, collector }) => {
  await tab.addInitScript(() => {
    const native = window.fetch;
    window.fetch = (input, init) => {
      const controller = new AbortController();
      const answer = native(input, { ...init, signal: controller.signal });
      return Object.assign(answer, { cancel: () => controller.abort() });
    };
  });
  await tab.goto(site.origin, { waitUntil: "load" });
  const id = await sessionId(tab);
  const cancel = await tab.evaluate(async () => {
    const answer = fetch("/api/products") as Promise<Response> & { cancel?: unknown };
    await answer;
    return typeof answer.cancel;
  });
  expect(cancel).toBe("function");
  await tab.close();
  await expect
    .poll(async () => {
      const events = (await collector.session(id))?.events ?? [];
      return events.filter(({ resource_url }) => String(resource_url).endsWith("/api/products"));
    }, soon)
    .toMatchObject([{ resource_method: "GET", resource_status: 200 }]);
});
