import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("a page that is only hidden has told everything already", async ({ tab, person, site, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.click("#buy");
  // The button throws a little later: hidden before that, there would be nothing yet to tell.
  const thrown = tab.waitForEvent("pageerror");
  await tab.click("#throw");
  await thrown;
  await person.hide();
  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({ session_view_count: 1, session_action_count: 1 + 1, session_error_count: 1 });
  const [view] = (await collector.session(id))?.views ?? [];
  expect(view).toMatchObject({ view_action_count: 2, view_error_count: 1, is_active: true });
});

test("a return through the back/forward cache is a view of its own, in the same session", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(`${site.origin}/one`);
  const id = await sessionId(tab);
  await tab.evaluate(() => Object.assign(window, { mark: 42 }));
  await tab.evaluate(() => location.assign("/two"));
  await tab.waitForURL("**/two");
  await sessionId(tab);
  await tab.goBack({ waitUntil: "commit" });
  await tab.waitForFunction(() => (window as unknown as { mark?: number }).mark === 42);
  await tab.click("#buy");
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_view_count, soon).toBe(3);
  const detail = await collector.session(id);
  expect(
    detail?.views.map(({ view_path, view_loading_type, view_action_count }) => [
      view_path,
      view_loading_type,
      view_action_count,
    ]),
  ).toEqual([
    ["/one", "initial_load", 0],
    ["/two", "initial_load", 0],
    ["/one", "bf_cache", 1],
  ]);
});

test("an idle page fires no timer, writes no cookie and sends nothing", async ({ tab, site, collector }) => {
  await tab.addInitScript(() => {
    const counts = { timers: 0, cookies: 0 };
    Object.assign(window, { idle: counts });
    const { setTimeout: native, setInterval: nativeInterval } = window;
    const counted = (task: TimerHandler) => () => {
      counts.timers++;
      if (typeof task === "function") task();
    };
    window.setTimeout = ((task: TimerHandler, ms?: number) => native(counted(task), ms)) as typeof setTimeout;
    window.setInterval = ((task: TimerHandler, ms?: number) => nativeInterval(counted(task), ms)) as typeof setInterval;
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    Object.defineProperty(document, "cookie", {
      get: () => cookie?.get?.call(document),
      set: (value: string) => {
        counts.cookies++;
        cookie?.set?.call(document, value);
      },
    });
  });
  const sent: string[] = [];
  tab.on("request", (request) => {
    if (request.url().startsWith(collector.intake)) sent.push(request.url());
  });
  await tab.goto(site.origin, { waitUntil: "load" });
  const id = await sessionId(tab);
  // Idle is what comes after the page was loaded, and that was told.
  const loadingTime = async () => {
    await tab.evaluate(() => window.sojourn.flush());
    return (await collector.session(id))?.views[0]?.loading_time;
  };
  await expect.poll(loadingTime, soon).toBeGreaterThan(0);
  const counts = () =>
    tab.evaluate(() => ({ ...(window as unknown as { idle: { timers: number; cookies: number } }).idle }));
  // A minute passes at once: the browser jumps from timer to timer.
  const devtools = await tab.context().newCDPSession(tab);
  const minute = async (policy: "advance" | "pauseIfNetworkFetchesPending") => {
    const passed = new Promise<void>((resolve) => devtools.once("Emulation.virtualTimeBudgetExpired", () => resolve()));
    const began = await tab.evaluate(() => performance.now());
    await devtools.send("Emulation.setVirtualTimePolicy", { policy, budget: 60_000 });
    await passed;
    // Less the tenths that the clock is rounded to.
    expect((await tab.evaluate(() => performance.now())) - began).toBeGreaterThan(59_999);
  };
  // Until it has come to rest a page is not idle: what came late is sent, and its answers are waited for.
  await minute("pauseIfNetworkFetchesPending");
  const before = await counts();
  expect(before.cookies).toBe(1);
  sent.length = 0;
  // The page's own timer shows that timers are counted.
  await tab.evaluate(() => setTimeout(() => {}, 30_000));
  await minute("advance");
  expect(await counts()).toEqual({ ...before, timers: before.timers + 1 });
  expect(sent).toEqual([]);
});

test("an idle tab expires in the open, and the click that comes next begins a session that has it", async ({
  tab,
  site,
  collector,
}) => {
  const options = encodeURIComponent(JSON.stringify({ sessionIdleMs: 1000 }));
  await tab.goto(`${site.origin}/before?options=${options}`);
  const first = await sessionId(tab);
  await tab.click("#buy");
  await tab.waitForFunction(() => window.sojourn.getSession() === undefined);
  await tab.click("#buy");
  const second = await sessionId(tab);
  expect(second).not.toBe(first);
  await tab.close();

  await expect
    .poll(async () => (await collector.session(second))?.session, soon)
    .toMatchObject({ session_view_count: 1, session_action_count: 1, session_referrer: "" });
  const [renewed] = (await collector.session(second))?.views ?? [];
  expect(renewed).toMatchObject({ view_loading_type: "session_renewal", view_path: "/before" });
  const { session } = (await collector.session(first)) ?? {};
  expect(session).toMatchObject({ session_action_count: 1, session_view_count: 1 });
  // It ended with the click, not with the second in which nothing came.
  expect(session?.time_spent).toBeLessThan(1e9);
});
