import { APPLICATION, type Collector } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import { startSite } from "../fixtures/site.js";
import { expect, soon, test } from "../fixtures/test.js";

test.use({ refuses: true });

/** What is stored of a session that was there before, to be compared afterwards. */
async function visited(tab: import("@playwright/test").Page, origin: string, collector: Collector): Promise<string> {
  await tab.goto(origin);
  const id = await sessionId(tab);
  await tab.click("#buy");
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_action_count, soon).toBe(1);
  return id;
}

const post = (collector: Collector, body: string, { token = APPLICATION.clientToken as string, origin = "" } = {}) =>
  fetch(`${collector.intake}?client_token=${token}`, {
    method: "POST",
    body,
    headers: { "content-type": "text/plain", ...(origin && { origin }) },
  });

test("a bad beacon gets its status and a reason, and what is stored stays as it was", async ({
  tab,
  site,
  collector,
}) => {
  const id = await visited(tab, site.origin, collector);
  const before = await collector.session(id);

  const cases: [what: string, status: number, response: Response][] = [
    ["malformed", 400, await post(collector, "{", { origin: site.origin })],
    ["no JSON object", 400, await post(collector, "[]")],
    ["a field of the wrong kind", 400, await post(collector, JSON.stringify({ v: 1, application_id: 7 }))],
    ["empty", 400, await post(collector, "")],
    ["oversized", 413, await post(collector, `{"v":1,"junk":"${"x".repeat(3_000_000)}"}`)],
    ["unauthenticated", 401, await post(collector, "{}", { token: "" })],
    ["a wrong token", 401, await post(collector, "{}", { token: "pub-somebody-else" })],
    ["a foreign origin", 403, await post(collector, "{}", { origin: "https://evil.example" })],
  ];
  for (const [what, status, response] of cases) {
    expect(response.status, what).toBe(status);
    const { error } = await response.json();
    expect(error, what).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(error.message.length, what).toBeGreaterThan(10);
  }
  // A page must be able to read why it was refused.
  expect(cases[0]?.[2].headers.get("access-control-allow-origin")).toBe(site.origin);
  expect(await collector.session(id)).toEqual(before);
});

test("a page of a foreign origin cannot send, and its application goes on undisturbed", async ({
  tab,
  site,
  collector,
}) => {
  const foreign = await startSite();
  foreign.intake = collector.intake;
  try {
    const thrown: string[] = [];
    tab.on("pageerror", (error) => thrown.push(String(error)));
    // The answer carries no permission for this origin, so the browser tells the page of a failure and no more.
    const failed: string[] = [];
    tab.on("requestfailed", (request) => failed.push(request.url().split("?")[0] ?? ""));
    await tab.goto(foreign.origin);
    const id = await sessionId(tab);
    await tab.evaluate(() => window.sojourn.addAction("sent from elsewhere"));
    await tab.evaluate(() => void window.sojourn.flush());
    await expect.poll(() => failed, soon).toContain(collector.intake);
    expect(thrown).toEqual([]);
    expect(await collector.session(id)).toBeUndefined();
    expect(site.origin).not.toBe(foreign.origin);
  } finally {
    foreign.close();
  }
});
