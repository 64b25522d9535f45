import { sessionId } from "../fixtures/page.js";
import { expect, type Page, soon, test } from "../fixtures/test.js";

/** Lets this much of the page's own time pass. */
const pass = async (tab: Page, ms: number) => {
  const until = (await tab.evaluate(() => performance.now())) + ms;
  await tab.waitForFunction((end) => performance.now() >= end, until, { polling: 50 });
};
const frames = (tab: Page) =>
  tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

test("a tab that is hidden, and never closed, has told the newest numbers of its view", async ({
  tab,
  person,
  site,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.click("#buy");
  await tab.evaluate(() => window.sojourn.flush());
  const view = async () => (await collector.session(id))?.views[0];
  await expect.poll(async () => (await view())?.document_version, soon).toBeGreaterThan(0);
  const before = await view();
  // Nothing happens but that somebody reads.
  await pass(tab, 1500);
  const read = await tab.evaluate(() => performance.now());
  await person.hide();
  await expect
    .poll(async () => (await view())?.document_version, soon)
    .toBeGreaterThan(Number(before?.document_version));
  expect(await view()).toMatchObject({ is_active: true });
  expect(Number((await view())?.time_spent)).toBeGreaterThanOrEqual(read * 1e6);
  expect(Number((await view())?.foreground_time)).toBeGreaterThanOrEqual((read - 100) * 1e6);
});

test("time in front leaves out what was hidden, and active time what nobody did anything in", async ({
  tab,
  person,
  site,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  const clicked = await tab.evaluate(() => performance.now());
  await tab.click("#buy");
  await person.hide();
  await tab.waitForFunction(() => document.visibilityState === "hidden");
  const hidden = await tab.evaluate(() => performance.now());
  await pass(tab, 1200);
  const shown = await tab.evaluate(() => performance.now());
  await tab.bringToFront();
  await tab.waitForFunction(() => document.visibilityState === "visible");
  await pass(tab, 300);
  await tab.evaluate(() => history.pushState({}, "", "/next"));
  const left = await tab.evaluate(() => performance.now());
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.views.length, soon).toBe(2);
  const [first, second] = (await collector.session(id))?.views ?? [];
  const [spent, front, active] = [first?.time_spent, first?.foreground_time, first?.active_time].map(Number);
  expect(spent).toBeLessThanOrEqual(left * 1e6);
  expect(Number(spent) - Number(front)).toBeGreaterThanOrEqual((shown - hidden) * 1e6);
  expect(Number(spent) - Number(front)).toBeLessThan((shown - hidden + 1000) * 1e6);
  // From the click until the tab was hidden, and again after that.
  expect(active).toBeGreaterThanOrEqual(300e6);
  expect(active).toBeLessThanOrEqual(Number(front) - clicked * 1e6 + 20e6);
  expect(Number(second?.active_time)).toBeLessThanOrEqual(Number(second?.time_spent));
});

test("how far down a view was seen is known without asking for the layout", async ({ tab, site, collector }) => {
  await tab.addInitScript(() => {
    const reads: string[] = [];
    Object.assign(window, { reads });
    const watch = (target: object, name: string) => {
      const { get } = Object.getOwnPropertyDescriptor(target, name) ?? {};
      Object.defineProperty(target, name, {
        configurable: true,
        get() {
          reads.push(name);
          return get?.call(this);
        },
      });
    };
    for (const name of ["scrollY", "pageYOffset", "innerHeight"]) watch(window, name);
    for (const name of ["scrollTop", "scrollHeight", "clientHeight"]) watch(Element.prototype, name);
    const { getBoundingClientRect } = Element.prototype;
    Element.prototype.getBoundingClientRect = function () {
      reads.push("getBoundingClientRect");
      return getBoundingClientRect.call(this);
    };
  });
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<div style="height:5000px"></div>`);
    Object.assign(window, { window_height: document.documentElement.clientHeight });
    window.scrollTo(0, 1500);
  });
  await frames(tab);
  await tab.evaluate(() => window.scrollTo(0, 200));
  await frames(tab);
  // A router begins the next view, and only then scrolls up.
  const [page, reads, windowHeight] = await tab.evaluate(() => {
    const { reads, window_height } = window as unknown as { reads: string[]; window_height: number };
    const seen = reads.splice(0);
    const page = document.documentElement.getBoundingClientRect().height;
    history.pushState({}, "", "/next");
    window.scrollTo(0, 0);
    return [page, seen, window_height];
  });
  // The test's own.
  expect(reads).toEqual(["clientHeight"]);
  await frames(tab);
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.views.length, soon).toBe(2);
  const [first, second] = (await collector.session(id))?.views ?? [];
  expect(first).toMatchObject({ scroll_depth: 1500 + windowHeight, scroll_height: Math.round(page) });
  expect(second).toMatchObject({ scroll_depth: windowHeight });
});

test("a page that is left and then not, since the person stays, and a mail link, are measured further", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    addEventListener("beforeunload", (event) => event.preventDefault());
    document.body.insertAdjacentHTML("beforeend", `<a id="mail" href="mailto:us@shop.example">Write to us</a>`);
  });
  await tab.click("#buy");
  const asked = tab.waitForEvent("dialog");
  tab.on("dialog", (dialog) => void dialog.dismiss());
  await tab.evaluate(() => setTimeout(() => location.assign("/elsewhere")));
  expect((await asked).type()).toBe("beforeunload");
  await expect.poll(() => tab.evaluate(() => location.pathname)).toBe("/");
  await tab.click("#mail");
  await tab.click("#buy");
  await tab.evaluate(() => history.pushState({}, "", "/next"));
  await tab.click("#buy");
  await tab.evaluate(() => window.sojourn.flush());
  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({ session_view_count: 2, session_action_count: 4 });
  const views = (await collector.session(id))?.views;
  expect(
    views?.map(({ view_path, view_action_count, is_active }) => [view_path, view_action_count, is_active]),
  ).toEqual([
    ["/", 3, false],
    ["/next", 1, true],
  ]);
});

test("a router's name and a view's context are those of the view, in its events too", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    const { sojourn } = window;
    sojourn.setViewName("home");
    history.pushState({}, "", "/orders/1234");
    sojourn.setViewName("/orders/:id");
    sojourn.setViewContext({ order: { id: 1234 } });
    sojourn.addAction("shown");
    sojourn.addError(new Error("broken"));
    sojourn.startView({ name: "confirm", context: { step: 2 } });
    sojourn.addAction("confirmed");
  });
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.views.length, soon).toBe(3);
  const { views = [], events = [] } = (await collector.session(id)) ?? {};
  expect(views.map(({ view_name, view_path, view_loading_type }) => [view_name, view_path, view_loading_type])).toEqual(
    [
      ["home", "/", "initial_load"],
      ["/orders/:id", "/orders/1234", "route_change"],
      ["confirm", "/orders/1234", "route_change"],
    ],
  );
  const told = events.filter(({ type }) => type === "action" || type === "error");
  expect(told.map(({ type, view_name, context }) => [type, view_name, context])).toEqual([
    ["action", "/orders/:id", { order: { id: 1234 } }],
    ["error", "/orders/:id", { order: { id: 1234 } }],
    ["action", "confirm", { step: 2 }],
  ]);
});
