import { observeBare, sessionId } from "../fixtures/page.js";
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
