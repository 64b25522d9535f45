import { startChromium } from "../fixtures/engines/chromium.js";
import { observeBare, sessionId } from "../fixtures/page.js";
import { expect, type Page, test } from "../fixtures/test.js";

const withinTwoSeconds = { timeout: 2000, intervals: [50] };

/** Three routes, four clicks, two errors, five requests and a long task; then the tab is gone. */
async function visit(page: Page, origin: string, intake: string) {
  const bare = await observeBare(page);
  await page.goto(`${origin}/?campaign=autumn`, { waitUntil: "load" });
  const id = await sessionId(page);
  await page.click("#buy");
  await page.click("#throw");
  await page.evaluate(() => history.pushState({}, "", "/products/1234"));
  await page.evaluate(async () => {
    await fetch("/api/products");
    await fetch("/api/cart", { method: "POST", body: "{}" });
    await fetch("/api/fail");
    await fetch("http://localhost:9/refused").catch(() => {});
    await new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open("GET", "/api/stock");
      xhr.onloadend = resolve;
      xhr.send();
    });
  });
  await page.click("#reject");
  await page.evaluate(() => history.pushState({}, "", "/cart"));
  const longTasks = (await bare(intake)).longTasks;
  await page.click("#work");
  await page.waitForFunction(
    (before) => (window as unknown as { bare: { longTasks: number } }).bare.longTasks > before,
    longTasks,
  );
  const expected = await bare(intake);
  await page.close();
  return { id, expected };
}

const counts = (expected: { resources: number; longTasks: number }) => ({
  session_view_count: 3,
  session_action_count: 4,
  session_error_count: 2,
  session_resource_count: expected.resources,
  session_long_task_count: expected.longTasks,
});

test("a visit is there within two seconds of its tab being closed, with exactly what happened in it", async ({
  tab,
  site,
  collector,
}) => {
  const { id, expected } = await visit(tab, site.origin, collector.intake);
  // Document, style sheet, SDK, picture, and the five requests.
  expect(expected.resources).toBe(9);
  expect(expected.longTasks).toBeGreaterThanOrEqual(1);

  await expect
    .poll(async () => (await collector.session(id))?.session, withinTwoSeconds)
    .toMatchObject(counts(expected));
  const detail = await collector.session(id);
  expect(detail?.session).toMatchObject({
    session_id: id,
    session_type: "user",
    session_referrer: "",
    session_has_replay: false,
    session_first_view_url: `${site.origin}/?campaign=autumn`,
    session_first_view_host: new URL(site.origin).host,
    session_first_view_path: "/",
    session_first_view_path_group: "/",
    session_first_view_url_query: '{"campaign":"autumn"}',
    session_last_view_path: "/cart",
    session_last_view_path_group: "/cart",
    session_last_view_url_query: "{}",
    application_id: "shop",
    browser: expect.stringMatching(/^Chrom(e|ium)$/),
    os: "Linux",
  });
  expect(detail?.session.time_spent).toBeGreaterThan(150e6);
  expect(detail?.session.time_spent).toBeLessThan(20e9);

  expect(
    detail?.views.map(({ view_path, view_path_group, view_loading_type }) => [
      view_path,
      view_path_group,
      view_loading_type,
    ]),
  ).toEqual([
    ["/", "/", "initial_load"],
    ["/products/1234", "/products/?", "route_change"],
    ["/cart", "/cart", "route_change"],
  ]);
  const [first] = detail?.views ?? [];
  for (const vital of [
    "largest_contentful_paint",
    "first_contentful_paint",
    "first_byte",
    "interaction_to_next_paint",
  ]) {
    expect(first?.[vital], vital).toBeGreaterThan(0);
  }
  expect(first?.cumulative_layout_shift).toBeGreaterThanOrEqual(0);

  const of = (type: string) => detail?.events.filter((event) => event.type === type) ?? [];
  expect(of("action").map(({ action_name }) => action_name)).toEqual(["Buy it", "Throw", "Reject", "Work"]);
  expect(of("error").map(({ error_message, error_type }) => [error_message, error_type])).toEqual([
    ["cannot buy", "TypeError"],
    ["out of stock", "RangeError"],
  ]);
  const requests = of("resource").filter(({ resource_type }) => resource_type === "fetch" || resource_type === "xhr");
  expect(
    requests
      .map(({ resource_method, resource_url, resource_status }) => [
        resource_method,
        new URL(String(resource_url)).pathname,
        resource_status,
      ])
      .sort(),
  ).toEqual(
    [
      ["GET", "/api/products", 200],
      ["POST", "/api/cart", 200],
      ["GET", "/api/fail", 500],
      ["GET", "/refused", undefined],
      ["GET", "/api/stock", 200],
    ].sort(),
  );
});

test("the same visit driven headless is synthetics, and counts the same", async ({ site, collector }) => {
  const robot = await startChromium({ person: false });
  try {
    const { id, expected } = await visit(await robot.newTab(), site.origin, collector.intake);
    await expect
      .poll(async () => (await collector.session(id))?.session, withinTwoSeconds)
      .toMatchObject({ ...counts(expected), session_type: "synthetics" });
    const ids = async (session_type: string) =>
      (await collector.sessions({ session_type, limit: "1000" })).map(({ session_id }) => session_id);
    expect(await ids("synthetics")).toContain(id);
    expect(await ids("user")).not.toContain(id);
  } finally {
    await robot.close();
  }
});
