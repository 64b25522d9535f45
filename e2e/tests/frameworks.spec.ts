import { createBundler } from "../fixtures/bundle.js";
import { APPLICATION, type Collector, type Detail } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import type { Site } from "../fixtures/site.js";
import { expect, type Page, soon, test } from "../fixtures/test.js";

const bundle = createBundler();
const ADDRESSES = ["/app", "/app/", "/app/orders/1", "/app/orders/2", "/app/thanks"];

/** Serves an application of `e2e/pages` at every address that its router knows. */
async function serve(site: Site, name: string): Promise<void> {
  const options = { applicationId: APPLICATION.id, clientToken: APPLICATION.clientToken, endpoint: site.intake };
  const body = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head>
<body><script>window.sojournOptions = ${JSON.stringify(options)}</script><script src="/app.js"></script></body></html>`;
  for (const path of ADDRESSES) site.own.set(path, { body });
  site.own.set("/app.js", { body: await bundle(name), headers: { "content-type": "text/javascript" } });
}

test.afterEach(({ site }) => site.own.clear());

/** What was thrown into the page: nothing of ours may be. */
function thrownIn(tab: Page): string[] {
  const thrown: string[] = [];
  tab.on("pageerror", (error) => thrown.push(error.message));
  return thrown;
}

async function told(tab: Page, collector: Collector, id: string): Promise<Detail | undefined> {
  await tab.evaluate(() => window.sojourn.flush());
  return collector.session(id);
}
const namesOf = (detail: Detail | undefined) =>
  detail?.views.sort((a, b) => Number(a.date) - Number(b.date)).map((view) => view.view_name);
const errorsOf = (detail: Detail | undefined) => detail?.events.filter(({ type }) => type === "error") ?? [];

/** Home, two orders, an error in the second one's price, and back. */
async function visit(tab: Page, site: Site): Promise<string> {
  await tab.goto(`${site.origin}/app/`);
  const id = await sessionId(tab);
  for (const order of ["1", "2"]) {
    await tab.click(`#orders-${order}`);
    await tab.waitForFunction((text) => document.querySelector("h1")?.textContent === text, `Order ${order}`);
  }
  await tab.click("#price");
  await tab.goBack();
  await tab.waitForFunction(() => document.querySelector("h1")?.textContent === "Order 1");
  return id;
}

test("React: views have the names of routes, and an error that a boundary caught is one, with its components", async ({
  tab,
  site,
  collector,
}) => {
  const thrown = thrownIn(tab);
  await serve(site, "react.ts");
  const id = await visit(tab, site);
  await expect
    .poll(async () => namesOf(await told(tab, collector, id)), soon)
    .toEqual(["/", "/orders/:id", "/orders/:id", "/orders/:id"]);
  await expect.poll(async () => errorsOf(await told(tab, collector, id)).length, soon).toBe(1);
  const detail = await told(tab, collector, id);
  expect(errorsOf(detail)[0]).toMatchObject({
    error_message: "no price",
    error_source: "custom",
    error_handling: "handled",
    error_component_stack: expect.stringMatching(/at Price\b/),
    view_name: "/orders/:id",
  });
  expect(detail?.session).toMatchObject({ session_view_count: 4, session_error_count: 1, session_action_count: 3 });
  expect(thrown).toEqual([]);
});

test("Vue, with an SDK of some features: views have the names of routes, and an error is one", async ({
  tab,
  site,
  collector,
}) => {
  const thrown = thrownIn(tab);
  await serve(site, "vue.ts");
  const id = await visit(tab, site);
  await expect
    .poll(async () => namesOf(await told(tab, collector, id)), soon)
    .toEqual(["/", "/orders/:id", "/orders/:id", "/orders/:id"]);
  await expect.poll(async () => errorsOf(await told(tab, collector, id)).length, soon).toBe(1);
  const detail = await told(tab, collector, id);
  expect(errorsOf(detail)[0]).toMatchObject({
    error_message: "no price",
    error_handling: "unhandled",
    error_component_stack: expect.stringMatching(/at Price\n\s+at Order\n/),
  });
  expect(detail?.session).toMatchObject({ session_view_count: 4, session_error_count: 1, session_action_count: 3 });
  expect(thrown).toEqual([]);
});

test("pages that follow each other are views of one session, each referred by the one before", async ({
  tab,
  site,
  collector,
}) => {
  const paths = ["/one", "/two", "/three"];
  await tab.goto(site.origin + paths[0]);
  const id = await sessionId(tab);
  for (const path of paths.slice(1)) {
    await tab.evaluate((to) => {
      location.href = to;
    }, path);
    await tab.waitForURL(`**${path}`);
    expect(await sessionId(tab)).toBe(id);
  }
  const seen = async () =>
    (await told(tab, collector, id))?.views
      .sort((a, b) => Number(a.date) - Number(b.date))
      .map((view) => [view.view_path, view.view_referrer]);
  await expect.poll(seen, soon).toEqual([
    ["/one", undefined],
    ["/two", `${site.origin}/one`],
    ["/three", `${site.origin}/two`],
  ]);
});

test("zone.js: nothing that the SDK does is a task of the application's zone (DataDog/browser-sdk#4117)", async ({
  tab,
  site,
  collector,
}) => {
  await serve(site, "zone.ts");
  await tab.goto(`${site.origin}/app`);
  const id = await sessionId(tab);
  await tab.click("#buy");
  await tab.evaluate(() => {
    const { application } = window as unknown as { application: { run(task: () => void): void } };
    application.run(() => {
      window.sojourn.addError(new Error("handed in"));
      window.sojourn.addTiming("ready");
      window.sojourn.startView("next");
      void window.sojourn.flush();
    });
  });
  await expect.poll(async () => errorsOf(await told(tab, collector, id)).length, soon).toBe(1);
  await expect
    .poll(async () => (await told(tab, collector, id))?.session, soon)
    .toMatchObject({
      session_view_count: 3,
      session_error_count: 1,
      session_action_count: 2,
    });
  expect(await tab.evaluate(() => (window as unknown as { tasks: string[] }).tasks)).toEqual([
    "schedule eventTask HTMLButtonElement.addEventListener:click",
    "invoke eventTask HTMLButtonElement.addEventListener:click",
  ]);
});
