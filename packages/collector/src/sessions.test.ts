import type { Beacon, EpochMs, SessionBlock, ViewContext } from "@sojourn/core/model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { TABLES } from "./rows/events.js";
import { at, beacon, errorEvent, session, view } from "./testing/beacons.js";
import { type TestCollector, temporaryDirectory, testCollector } from "./testing/collector.js";
import { openTestStore } from "./testing/server.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let collector: TestCollector;
beforeAll(async () => {
  collector = await testCollector({ limits: { perAddress: { rate: 1000, burst: 10_000 } } });
});
afterAll(() => collector.stop());

/** A beacon of one page, with its totals as they were then. */
function pageBeacon(id: string, page: string, seq: number, views: ViewContext[], more: Partial<SessionBlock>): Beacon {
  const block = session({ session_id: id, first_view: 0, last_view: views.length - 1, ...more });
  return beacon({
    page: { page_id: `${id}-${page}`, page_started_at: views[0]?.view_started_at ?? at(0) },
    sessions: [block],
    views,
    events: [errorEvent({ seq, date: at(seq) })],
  });
}

const start = (ms: number, id: string, path: string) =>
  view({ view_id: id, view_started_at: at(ms), view_url: `https://shop.example${path}?from=${id}` });

/** Two tabs of one session: A has two views, B one that lies between them; every beacon tells a little more. */
function twoPages(id: string): Beacon[] {
  const a1 = start(-60_000, `${id}-a1`, "/");
  const a2 = start(-10_000, `${id}-a2`, "/checkout");
  const b1 = start(-30_000, `${id}-b1`, "/help/77");
  return [
    pageBeacon(id, "A", 1, [a1], { session_referrer: "https://search.example/", session_active_until_at: at(-50_000) }),
    pageBeacon(id, "A", 2, [a1], {
      session_referrer: "https://search.example/",
      session_action_count: 2,
      session_active_until_at: at(-40_000),
    }),
    pageBeacon(id, "B", 1, [b1], { session_resource_count: 3, session_active_until_at: at(-25_000) }),
    pageBeacon(id, "A", 3, [a1, a2], {
      session_referrer: "https://search.example/",
      session_view_count: 2,
      session_action_count: 4,
      session_error_count: 1,
      session_active_until_at: at(-5_000),
    }),
    pageBeacon(id, "B", 2, [b1], {
      session_resource_count: 5,
      session_long_task_count: 1,
      session_has_replay: true,
      session_active_until_at: at(-20_000),
    }),
  ];
}

const expected = (id: string) => ({
  session_id: id,
  session_type: "user",
  session_referrer: "https://search.example/",
  session_first_view_id: `${id}-a1`,
  session_first_view_path: "/",
  session_first_view_url_query: `{"from":"${id}-a1"}`,
  session_last_view_id: `${id}-a2`,
  session_last_view_path: "/checkout",
  session_has_replay: true,
  time_spent: 55_000 * 1_000_000,
  session_view_count: 3,
  session_error_count: 1,
  session_resource_count: 5,
  session_action_count: 4,
  session_long_task_count: 1,
});

test("two pages of a session add up; repeated and reordered beacons change nothing", async () => {
  const histories = fc.sample(
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 }).chain((repeated) => {
      const order = [0, 1, 2, 3, 4, ...repeated];
      return fc.shuffledSubarray(order, { minLength: order.length });
    }),
    { numRuns: 25, seed: 20 },
  );
  for (const [n, order] of histories.entries()) {
    const beacons = twoPages(`mixed-${n}`);
    for (const index of order) expect((await collector.send(beacons[index])).status).toBe(204);
  }
  const last = `/v1/sessions/mixed-${histories.length - 1}`;
  await collector.readSettled(last);
  for (const [n, order] of histories.entries()) {
    const { body } = await collector.read(`/v1/sessions/mixed-${n}`);
    expect(body.session, `order ${order}`).toMatchObject(expected(`mixed-${n}`));
    expect(body.events).toHaveLength(5);
  }
});

test("a beacon that never came leaves counts low, not wrong", async () => {
  const [first, , third] = twoPages("lost");
  await collector.send(third);
  await collector.send(first);
  const { session: found } = await collector.readSettled("/v1/sessions/lost");
  expect(found).toMatchObject({
    session_view_count: 2,
    session_resource_count: 3,
    session_action_count: 0,
    session_last_view_id: "lost-b1",
  });
});

test("one synthetic page makes a synthetic session", async () => {
  await collector.send(pageBeacon("robot", "A", 1, [start(-60_000, "r1", "/")], {}));
  await collector.send(pageBeacon("robot", "B", 1, [start(-30_000, "r2", "/")], { session_type: "synthetics" }));
  const { session: found } = await collector.readSettled("/v1/sessions/robot");
  expect(found).toMatchObject({ session_type: "synthetics", session_view_count: 2 });
  const { body } = await collector.read("/v1/sessions?session_type=synthetics");
  expect(body.items.map(({ session_id }) => session_id)).toEqual(["robot"]);
});

test.each([
  ["never below nothing", "early", at(-60_000), at(-70_000), 0],
  ["never above four hours", "late", at(-6 * 3_600_000), at(0), 4 * 3_600e9],
])("time spent is %s", async (_, id, session_created_at, session_active_until_at, time_spent) => {
  const block = {
    session_created_at: session_created_at as EpochMs,
    session_active_until_at: session_active_until_at as EpochMs,
  };
  await collector.send(pageBeacon(id, "A", 1, [start(-60_000, `${id}-v`, "/")], block));
  const { session: found } = await collector.readSettled(`/v1/sessions/${id}`);
  expect(found?.time_spent).toBe(time_spent);
});

test("a session without a known view has empty ones, and the first known view replaces them", async () => {
  const { first_view: _first, last_view: _last, ...block } = session({ session_id: "viewless" });
  await collector.send(
    beacon({ page: { page_id: "viewless-A", page_started_at: at(-1) }, sessions: [block], events: [] }),
  );
  const before = await collector.readSettled("/v1/sessions/viewless");
  expect(before.session).toMatchObject({
    session_first_view_id: "",
    session_last_view_id: "",
    session_first_view_url_query: "{}",
  });
  await collector.send(pageBeacon("viewless", "A", 1, [start(-60_000, "seen", "/seen")], {}));
  const after = await collector.readSettled("/v1/sessions/viewless");
  expect(after.session).toMatchObject({ session_first_view_id: "seen", session_last_view_id: "seen" });
});

test("merging what is stored changes nothing", async () => {
  const { path: data, remove } = await temporaryDirectory();
  const first = await testCollector({ data });
  const beacons = twoPages("merged");
  for (const each of [...beacons, ...beacons]) await first.send(each);
  const before = await first.readSettled("/v1/sessions/merged");
  await first.stop();

  const store = await openTestStore(data);
  for (const table of ["session_pages", ...Object.values(TABLES)]) await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  expect(await store.query("SELECT count() AS rows FROM session_pages WHERE session_id = 'merged'")).toEqual([
    { rows: 2 },
  ]);
  await store.close();

  const second = await testCollector({ data });
  expect((await second.read("/v1/sessions/merged")).body).toEqual(before);
  expect(before.session).toMatchObject(expected("merged"));
  await second.stop();
  await remove();
});
