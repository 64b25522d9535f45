import { startChromium } from "../fixtures/engines/chromium.js";
import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("two tabs of one browser are one session, and their counts add up", async ({ tab, person, site, collector }) => {
  await tab.goto(`${site.origin}/first`);
  const id = await sessionId(tab);
  const other = await person.newTab();
  await other.goto(`${site.origin}/second`);
  expect(await sessionId(other)).toBe(id);
  await other.click("#buy");
  await other.close();
  await tab.click("#buy");
  await tab.close();

  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({
      session_view_count: 2,
      session_action_count: 2,
      session_first_view_path: "/first",
      session_last_view_path: "/second",
    });
  const detail = await collector.session(id);
  expect(new Set(detail?.views.map(({ page_id }) => page_id)).size).toBe(2);
});

test("two tabs that start at the same moment agree on one id", async ({ tab, person, site }) => {
  const other = await person.newTab();
  for (let round = 0; round < 5; round++) {
    await person.context.clearCookies();
    await Promise.all([tab.goto(`${site.origin}/a${round}`), other.goto(`${site.origin}/b${round}`)]);
    const [one, two] = await Promise.all([sessionId(tab), sessionId(other)]);
    expect(two).toBe(one);
  }
  await other.close();
});

test("another browser profile is another session", async ({ tab, site }) => {
  await tab.goto(site.origin);
  const stranger = await startChromium();
  try {
    const page = await stranger.newTab();
    await page.goto(site.origin);
    expect(await sessionId(page)).not.toBe(await sessionId(tab));
  } finally {
    await stranger.close();
  }
});

test("the next page of a visit goes on with its session, and knows where it came from", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(`${site.origin}/landing`);
  const id = await sessionId(tab);
  await tab.evaluate(() => location.assign("/next"));
  await tab.waitForURL("**/next");
  expect(await sessionId(tab)).toBe(id);
  await tab.close();
  await expect
    .poll(async () => (await collector.session(id))?.session, soon)
    .toMatchObject({
      session_view_count: 2,
      session_referrer: "",
      session_first_view_path: "/landing",
      session_last_view_path: "/next",
    });
  const detail = await collector.session(id);
  expect(detail?.views[1]?.view_referrer).toBe(`${site.origin}/landing`);
});
