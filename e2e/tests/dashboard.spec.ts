import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { APPLICATION, type Collector, startCollector } from "../fixtures/collector.js";
import { expect, soon, test } from "../fixtures/test.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const HOSTILE = "<img src=x onerror=\"document.title='owned'\">\u202E👾";
const ns = (ms: number) => ms * 1e6;

/** A session with a slow page, a failed request and errors, as a page would tell of it. */
async function fill(collector: Collector, version: string): Promise<string> {
  const date = Date.now() - 60_000;
  const session_id = randomUUID();
  const counts = { session_view_count: 1, session_error_count: 2, session_resource_count: 1 };
  const error = { type: "error", date, error_source: "source", error_handling: "unhandled" };
  const body = {
    v: 1,
    sdk: { name: "sojourn-rum", version: "0.1.0" },
    application_id: APPLICATION.id,
    sent_at: Date.now(),
    // One number was given and never arrives.
    seq: 5,
    page: { page_id: randomUUID(), page_started_at: date, version },
    sessions: [
      {
        session_id,
        session_type: "user",
        session_created_at: date,
        session_active_until_at: date + 5000,
        session_action_count: 0,
        session_long_task_count: 0,
        first_view: 0,
        last_view: 0,
        ...counts,
      },
    ],
    views: [{ view_id: randomUUID(), view_url: "https://shop.example/rooms/42", view_started_at: date }],
    events: [
      {
        type: "view",
        seq: 1,
        date,
        document_version: 1,
        view_loading_type: "initial_load",
        is_active: false,
        time_spent: ns(5000),
        view_error_count: 2,
        view_resource_count: 1,
        view_action_count: 0,
        view_long_task_count: 0,
        largest_contentful_paint: ns(5100),
        largest_contentful_paint_element_selector: HOSTILE,
        largest_contentful_paint_load_time: ns(4000),
        sdk_time: ns(12),
        first_byte: ns(120),
        vitals_definition: "web-vitals@6.2",
      },
      {
        ...error,
        seq: 2,
        error_type: "TypeError",
        error_message: "rooms are undefined",
        error_fingerprint: `f-${version}`,
      },
      { ...error, seq: 3, error_type: HOSTILE, error_message: HOSTILE, error_fingerprint: `h-${version}` },
      {
        type: "resource",
        seq: 4,
        date,
        resource_url: "https://api.example/rooms/7/availability-of-every-bed-in-all-of-the-house",
        resource_type: "fetch",
        resource_method: "GET",
        resource_status: 500,
        duration: ns(700),
      },
    ],
  };
  const response = await fetch(`${collector.intake}?client_token=${APPLICATION.clientToken}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(204);
  await expect.poll(async () => (await collector.session(session_id))?.session.session_id, soon).toBe(session_id);
  return session_id;
}

/** What the page complained of, and asked other hosts for. */
function listen(tab: Page, collector: Collector): string[] {
  const heard: string[] = [];
  tab.on("pageerror", (error) => heard.push(String(error)));
  tab.on("console", (message) => message.type() === "error" && heard.push(message.text()));
  tab.on("request", (request) => request.url().startsWith(collector.url) || heard.push(request.url()));
  return heard;
}

test("the rooms of the dashboard: overview, errors, pages and delivery say what was sent", async ({
  tab,
  collector,
}) => {
  const version = `rooms-${randomUUID().slice(0, 8)}`;
  const id = await fill(collector, version);
  const heard = listen(tab, collector);
  const at = (room: string, more = "") => tab.goto(`${collector.url}/dashboard/#/${room}?version=${version}${more}`);
  const panel = (name: string) => tab.getByRole("region", { name, exact: true });

  await at("overview");
  await expect(panel("Largest Contentful Paint")).toContainText("5.10 s");
  await expect(panel("Largest Contentful Paint").getByRole("img")).toHaveAccessibleName(/100% poor/);
  await expect(panel("Interaction to Next Paint")).toContainText("Not measured");
  await expect(panel("Requests that took the most time")).toContainText("GET /rooms/?");
  await expect(panel("By release")).toContainText(version);

  await tab.getByRole("navigation").getByRole("link", { name: "Pages" }).click();
  await tab.getByRole("link", { name: "/rooms/?" }).click();
  await expect(tab).toHaveURL(/path_group=/);
  await expect(panel("By browser")).toContainText("5.10 s");
  await expect(panel("What was painted last")).toContainText("<img src=x");
  await expect(panel("What was painted last").getByRole("img")).toHaveAccessibleName(/load time 4\.00 s/);
  await expect(panel("Other hosts")).toContainText("api.example");

  await at("errors");
  const rows = panel("Groups").locator("tbody tr");
  await expect(rows).toHaveCount(2);
  // What came from a browser is text, whatever it looks like.
  await expect(rows.filter({ hasText: "<img src=x" })).toHaveCount(1);
  await expect(rows.locator("img[src]")).toHaveCount(0);
  await tab.getByRole("link", { name: "TypeError" }).click();
  await expect(tab.getByRole("heading", { name: /TypeError/ })).toBeVisible();
  // This machine may read without a token, and change nothing.
  await tab.getByRole("button", { name: "Ignore" }).click();
  await expect(tab.getByRole("alert")).toContainText("admin");
  await tab.locator(".examples a").first().click();
  await expect(tab).toHaveURL(new RegExp(`#/sessions/${id}`));

  await tab.goto(`${collector.url}/dashboard/#/delivery`);
  const row = panel("Sessions by day").locator("tr").filter({ hasText: id });
  await expect(row.locator("td")).toHaveText([new RegExp(id), /^\d{4}-\d\d-\d\d$/, "5", "4", "1", "0", "0"]);
  await expect(panel("What the SDK cost the pages")).toContainText(/ms/);
  expect(await tab.title()).toBe("Delivery – Sojourn");
  // The refusal above is the only thing that the browser itself remarked on.
  expect(heard.filter((text) => !/403/.test(text))).toEqual([]);
});

test("a collector without data names what is wrong with the first page, and shows its session once that is right", async ({
  tab,
}) => {
  const collector = await startCollector("https://shop.example");
  try {
    const send = (origin: string, token: string) =>
      fetch(`${collector.intake}?client_token=${token}`, { method: "POST", headers: { origin }, body: "{}" });
    await tab.goto(`${collector.url}/dashboard/#/sessions`);
    const found = tab.locator(".findings li");
    await expect(found).toHaveText([/No page has reached this collector yet/]);
    await expect(tab.locator(".snippet").first()).toContainText(APPLICATION.clientToken);
    await send("https://<i>other.example", APPLICATION.clientToken);
    await expect(found).toHaveText([/https:\/\/<i>other\.example was turned away for its origin/]);
    await send("https://shop.example", "pub-typo");
    await expect(found.first()).toHaveText(/unknown client token/);
    await fill(collector, "first");
    await expect(tab.locator("table.sessions tbody tr")).toHaveCount(1);
    await tab.goto(`${collector.url}/dashboard/#/sessions?worst_vital=poor&has_error=true`);
    await expect(tab.locator("table.sessions tbody tr")).toHaveCount(1);
    await tab.getByLabel("Worst vital").selectOption("good");
    await expect(tab).toHaveURL(/worst_vital=good/);
    await expect(tab.locator("main")).toContainText("No session in the last 24 hours matches these filters.");
  } finally {
    await collector.stop();
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the rooms are fit for keyboards and screen readers, ${colorScheme} and narrow`, async ({ tab, collector }) => {
    const version = `axe-${randomUUID().slice(0, 8)}`;
    const id = await fill(collector, version);
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width: 420, height: 800 });
    const rooms = [
      `overview?version=${version}`,
      "errors",
      `errors/f-${version}`,
      `pages?version=${version}&path_group=%2Frooms%2F%3F`,
      "delivery",
      "sessions",
      `sessions/${id}`,
    ];
    for (const room of rooms) {
      await tab.goto(`${collector.url}/dashboard/#/${room}`);
      await expect(tab.locator("main h1").first()).toBeAttached();
      await expect(tab.locator("main table, main ol, main .figure").first()).toBeVisible();
      if (!(await tab.evaluate(() => "axe" in window))) await tab.evaluate(await axe());
      const found = await tab.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, {
          resultTypes: ["violations"],
        });
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
      });
      expect(found, room).toEqual([]);
      // Nothing is wider than the screen but what scrolls by itself.
      expect(await tab.evaluate(() => document.documentElement.scrollWidth), room).toBeLessThanOrEqual(420);
    }
  });
}

interface Axe {
  run(
    root: Document,
    options: object,
  ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}

/** The checker as text: the page's policy lets no script of another origin in. */
async function axe(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(AXE, "utf8");
}
