import { expect, finalId, test } from "../fixtures/engine-test.js";

const soon = { timeout: 5000, intervals: [50] };

test("each route is a view, by whatever way it comes; a query and a plain fragment are none", async ({
  open,
  collector,
}) => {
  const tab = await open("/one");
  const id = await finalId(tab);
  await tab.evaluate(`(history.pushState({}, "", "/two"), history.replaceState({}, "", "/two?page=2"),
    history.pushState({}, "", "/two?page=3#comments"), history.replaceState({}, "", "/three"),
    history.pushState({}, "", "/three#/cart"), true)`);
  await tab.evaluate("(location.hash = '#/pay?step=1', true)");
  await expect.poll(() => tab.evaluate("location.hash")).toBe("#/pay?step=1");
  await tab.evaluate("(history.back(), true)");
  await expect.poll(() => tab.evaluate("location.hash")).toBe("#/cart");
  await tab.evaluate("sojourn.flush().then(() => true)");
  const views = async () =>
    (await collector.session(id))?.views.map(({ view_url, view_loading_type, is_active }) => [
      String(view_url).replace(/^http:..[^/]+/, ""),
      view_loading_type,
      is_active,
    ]);
  await expect.poll(views, soon).toEqual([
    ["/one", "initial_load", false],
    ["/two", "route_change", false],
    ["/three", "route_change", false],
    ["/three#/cart", "route_change", false],
    ["/three#/pay?step=1", "route_change", false],
    ["/three#/cart", "route_change", true],
  ]);
});

test("a page that comes back from the back/forward cache is another view, under the same name", async ({
  open,
  site,
  collector,
}) => {
  const tab = await open("/one");
  const id = await finalId(tab);
  await tab.evaluate("(addEventListener('pageshow', ({ persisted }) => fetch('/api/shown?' + persisted)), true)");
  await tab.evaluate("(sojourn.setViewName('first'), true)");
  await tab.goto(`${site.origin}/two`);
  await finalId(tab);
  site.calls.length = 0;
  await tab.back();
  await expect.poll(() => site.calls, soon).toEqual(["/api/shown?true"]);
  await tab.evaluate("sojourn.flush().then(() => true)");
  const views = async () =>
    (await collector.session(id))?.views.map(({ view_path, view_loading_type, view_name, is_active }) => [
      view_path,
      view_loading_type,
      view_name,
      is_active,
    ]);
  await expect.poll(views, soon).toEqual([
    ["/one", "initial_load", "first", false],
    ["/two", "initial_load", undefined, true],
    ["/one", "bf_cache", "first", true],
  ]);
});

test("hidden, a tab has told how long its view was in front and how far down it was seen", async ({
  open,
  collector,
}) => {
  const tab = await open("/");
  const id = await finalId(tab);
  await tab.evaluate(`(document.body.insertAdjacentHTML("beforeend", '<div style="height:4000px"></div>'),
    window.wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)), scrollTo(0, 1000), true)`);
  // The browser tells of it after a frame; only then does the page scroll up again. And what was written of the view less
  // than a second ago is not written anew.
  await tab.evaluate("wait(300).then(() => (scrollTo(0, 0), wait(2100))).then(() => true)");
  const [height, read] = await tab.evaluate<[number, number]>("[innerHeight, performance.now()]");
  await tab.hide();
  await expect.poll(() => tab.evaluate("document.visibilityState"), soon).toBe("hidden");
  const view = async () => (await collector.session(id))?.views[0];
  await expect.poll(async () => Number((await view())?.foreground_time), soon).toBeGreaterThan((read - 200) * 1e6);
  expect(await view()).toMatchObject({ scroll_depth: 1000 + height, active_time: 0, is_active: true });
  expect(Number((await view())?.scroll_height)).toBeGreaterThan(4000);
});
