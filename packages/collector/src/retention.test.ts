import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Store } from "./store/index.js";
import { at, beacon, errorEvent, session, view, viewEvent } from "./testing/beacons.js";
import { ORIGIN, type TestCollector, temporaryDirectory, testCollector } from "./testing/collector.js";
import { openTestStore } from "./testing/server.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const DAY = 86_400_000;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** A collector with these days for its two applications. */
function collectorWith(shop: number, blog: number | undefined): Promise<TestCollector> {
  const of = (id: string, days: number | undefined) => ({
    ...{ id, clientToken: `pub-${id}-token`, origins: [ORIGIN] },
    ...(days !== undefined && { retentionDays: days }),
  });
  return testCollector({ data: directory.path, applications: [of("shop", shop), of("blog", blog)] });
}

/** A visit that ended so many days ago. */
async function visit({ send }: TestCollector, application_id: string, name: string, days: number): Promise<void> {
  const date = at(-days * DAY);
  const body = beacon({
    application_id,
    page: { page_id: name, page_started_at: date },
    sessions: [session({ session_id: name, session_created_at: date, session_active_until_at: date })],
    views: [view({ view_id: name, view_started_at: date })],
    events: [viewEvent({ date }), errorEvent({ date })],
  });
  expect((await send(body, { query: `?client_token=pub-${application_id}-token` })).status).toBe(204);
}

/** What a table has once the engine has merged all of it: expired rows go then. */
async function namesIn(store: Store, table: string): Promise<string[]> {
  await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  const rows = await store.query<{ page_id: string }>(`SELECT DISTINCT page_id FROM ${table} ORDER BY page_id`);
  return rows.map(({ page_id }) => page_id).filter((name) => !name.startsWith("marker"));
}

test("each application's rows are kept as long as was configured when they came; 90 days by default", async () => {
  const first = await collectorWith(3, undefined);
  await visit(first, "shop", "shop-1-of-3", 1);
  await visit(first, "shop", "shop-5-of-3", 5);
  await visit(first, "blog", "blog-29-of-90", 29);
  await first.readSettled("/v1/sessions");
  await first.stop();
  const second = await collectorWith(20, 10);
  await visit(second, "shop", "shop-15-of-20", 15);
  await visit(second, "blog", "blog-15-of-10", 15);
  await second.readSettled("/v1/sessions");
  await second.stop();

  const store = await openTestStore(directory.path);
  const kept = ["blog-29-of-90", "shop-1-of-3", "shop-15-of-20"];
  for (const table of ["views", "errors", "session_pages"]) {
    expect([table, await namesIn(store, table)]).toEqual([table, kept]);
  }
  // What became of a page's numbers is known as long as any event of it may be.
  expect(await namesIn(store, "ledger")).toHaveLength(5);
  const days = await store.query<{ page_id: string; days: number }>(
    "SELECT page_id, any(retention_days) AS days FROM ledger WHERE page_id LIKE 'shop%' GROUP BY page_id ORDER BY page_id",
  );
  expect(days.map(({ days }) => days)).toEqual([3, 20, 3]);
  await store.close();
});
