import type { Ns } from "@sojourn/core/model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, beacon, errorEvent, resourceEvent, session, view, viewEvent } from "../testing/beacons.js";
import { type TestCollector, testCollector } from "../testing/collector.js";
import { TREND_PARTS } from "./errors.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let collector: TestCollector;
let pages = 0;
const HOUR = 3_600_000;
const ms = (n: number) => (n * 1e6) as Ns;
const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const DEFINITION = "web-vitals@6.2";

interface Given {
  /** Hours before noon. */
  ago: number;
  version?: string;
  user?: string;
  agent?: string;
  path?: string;
  application?: string;
  /** Of the session. */
  sampling?: Partial<Parameters<typeof session>[0]>;
  events: NonNullable<Parameters<typeof beacon>[0]>["events"];
}

/** One page of one session. */
async function visit({
  ago,
  version,
  user,
  agent = CHROME,
  path = "/cart",
  application = "shop",
  sampling = {},
  events,
}: Given) {
  pages += 1;
  const date = at(-ago * HOUR);
  const response = await collector.send(
    beacon({
      application_id: application,
      page: { page_id: `p${pages}`, page_started_at: date, ...(version && { version }) },
      sessions: [
        session({ session_id: `s${pages}`, session_created_at: date, session_active_until_at: date, ...sampling }),
      ],
      views: [view({ view_id: `v${pages}`, view_started_at: date, view_url: `https://shop.example${path}` })],
      users: [user ? { user_id: user } : {}],
      events: (events ?? []).map((event, i) => ({ ...event, seq: i + 1, date })),
    }),
    { headers: { "user-agent": agent }, query: `?client_token=pub-${application}-token` },
  );
  expect(response.status).toBe(204);
}

const broke = (more: Parameters<typeof errorEvent>[0] = {}) => errorEvent({ error_fingerprint: "broke", ...more });

async function ask(path: string, init: RequestInit & { token?: string } = {}) {
  const { token = "reader-token", ...rest } = init;
  const headers = { authorization: `Bearer ${token}`, ...(rest.headers as Record<string, string>) };
  const response = await collector.handle(new Request(`http://c.test${path}`, { ...rest, headers }));
  return { status: response.status, body: (await response.json()) as never };
}
const read = async <T>(path: string): Promise<T> => (await ask(path)).body;
const say = (body: unknown, more: { token?: string; query?: string; headers?: Record<string, string> } = {}) =>
  ask(`/v1/errors/broke${more.query ?? "?application_id=shop"}`, {
    method: "PATCH",
    body: JSON.stringify(body),
    token: more.token ?? "admin-token",
    headers: more.headers ?? {},
  });

interface Group {
  error_fingerprint: string;
  state: string;
  trend: number[];
  [field: string]: unknown;
}
const groups = async (query = "") => (await read<{ items: Group[] }>(`/v1/errors${query}`)).items;
const group = async (query = "") => (await groups(query)).find((one) => one.error_fingerprint === "broke");

beforeAll(async () => {
  const origins = ["https://shop.example"];
  collector = await testCollector({
    applications: ["shop", "bank"].map((id) => ({ id, clientToken: `pub-${id}-token`, origins })),
    readTokens: [
      { token: "reader-token", role: "read" },
      { token: "read-token-1", role: "read" },
      { token: "admin-token", role: "admin" },
    ],
  });
  await visit({ ago: 50, version: "1.0", user: "ada", events: [broke({ error_message: "old words" })] });
  await visit({ ago: 3, version: "1.1", user: "ada", events: [broke(), broke()] });
  await visit({
    ago: 2,
    version: "1.1",
    agent: FIREFOX,
    path: "/pay",
    events: [broke({ error_message: "new words" })],
  });
  await visit({ ago: 1, events: [errorEvent({ error_fingerprint: "rare", error_type: "TypeError" })] });
  await visit({ ago: 1, application: "bank", events: [broke()] });

  const painted = (n: number) =>
    viewEvent({
      largest_contentful_paint: ms(n),
      interaction_to_next_paint: ms(n / 10),
      vitals_definition: DEFINITION,
    });
  for (const n of [1000, 2000, 3000, 5000]) await visit({ ago: 5, path: "/list", events: [painted(n)] });
  await visit({ ago: 5, path: "/list", agent: FIREFOX, events: [viewEvent({ vitals_definition: DEFINITION })] });
  const other = viewEvent({ largest_contentful_paint: ms(90_000), vitals_definition: "web-vitals@5.0" });
  await visit({ ago: 5, path: "/list", events: [other] });
  const route = viewEvent({ view_loading_type: "route_change", vitals_definition: DEFINITION });
  await visit({ ago: 4, path: "/item", events: [route] });

  const call = (n: number, more = {}) =>
    resourceEvent({ resource_url: "https://api.example/orders/77", resource_method: "GET", duration: ms(n), ...more });
  await visit({ ago: 6, events: [call(100, { resource_status: 200 }), call(900, { resource_status: 500 })] });
  await visit({ ago: 6, events: [call(10, { resource_status: 200, resource_url: "https://api.example/ping" })] });
  await collector.readSettled("/v1/sessions");
});
afterAll(() => collector.stop());

test("errors of one defect are a group: how often, to whom, since when and in which releases", async () => {
  expect(await group("?application_id=shop")).toEqual({
    application_id: "shop",
    error_fingerprint: "broke",
    error_type: "",
    error_message: "new words",
    error_source: "source",
    error_handling: "unhandled",
    count: 4,
    sessions: 3,
    users: 1,
    first_seen: at(-50 * HOUR),
    last_seen: at(-2 * HOUR),
    first_release: "1.0",
    last_release: "1.1",
    example: { page_id: "p3", seq: 1, session_id: "s3", view_id: "v3" },
    trend: expect.any(Array),
    state: "open",
    state_release: "",
    state_changed_at: 0,
  });
});

test("a period counts what is in it, and still says since when there is such an error", async () => {
  const found = await group(`?application_id=shop&from=${at(-24 * HOUR)}&to=${at(0)}`);
  expect(found).toMatchObject({ count: 3, sessions: 2, first_seen: at(-50 * HOUR), first_release: "1.0" });
  expect(found?.trend).toHaveLength(TREND_PARTS);
  expect(found?.trend.slice(-4)).toEqual([0, 2, 1, 0]);
  expect(await groups(`?application_id=shop&from=${at(-20 * HOUR)}&to=${at(-10 * HOUR)}`)).toEqual([]);
});

test.each([
  ["browser=Firefox", 1],
  ["version=1.1", 3],
  ["path_group=/pay", 1],
  ["user_id=ada", 3],
  ["user_id=' OR 1=1 --", undefined],
])("groups narrowed by %s count %s", async (query, count) => {
  expect((await group(`?application_id=shop&${query}`))?.count).toBe(count);
});

test("groups come by what is asked for, and in parts as a whole", async () => {
  for (const sort of ["last_seen", "count", "sessions"]) {
    const whole = await groups(`?sort=${sort}`);
    const figures = whole.map((one) => Number(one[sort]));
    expect(figures).toEqual([...figures].sort((a, b) => b - a));
    expect(whole.length).toBeGreaterThan(2);
    const collected: Group[] = [];
    for (let cursor = "", part = 0; part < 9; part += 1) {
      const body = await read<{ items: Group[]; next: string | null }>(`/v1/errors?sort=${sort}&limit=1${cursor}`);
      collected.push(...body.items);
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(collected).toEqual(whole);
  }
});

test("a group's detail says what it comes in, with examples", async () => {
  const body = await read<Record<string, unknown>>("/v1/errors/broke?application_id=shop");
  expect(body.group).toMatchObject({ count: 4 });
  expect(body.by).toMatchObject({
    browser: [
      { value: "Chrome", count: 3 },
      { value: "Firefox", count: 1 },
    ],
    version: [
      { value: "1.1", count: 3 },
      { value: "1.0", count: 1 },
    ],
  });
  expect((body.examples as Group[]).map(({ error_message }) => error_message)).toEqual([
    "new words",
    "it broke",
    "it broke",
    "old words",
  ]);
  expect((await ask("/v1/errors/no-such")).status).toBe(404);
});

test("what is said of a group is for admins, and is checked", async () => {
  expect(await say({ state: "ignored" }, { token: "reader-token" })).toMatchObject({ status: 403 });
  expect(await say({ state: "gone" })).toMatchObject({ status: 400, body: { error: { field: "state" } } });
  expect(await say("ignored")).toMatchObject({ status: 400, body: { error: { field: "state" } } });
  expect(await say({ state: "open", release: "1" })).toMatchObject({ body: { error: { field: "release" } } });
  expect(await say({ state: "resolved", release: 7 })).toMatchObject({ body: { error: { field: "release" } } });
  expect(await say({ state: "ignored" }, { query: "" })).toMatchObject({
    body: { error: { field: "application_id" } },
  });
  expect((await say({ state: "ignored" }, { query: "?application_id=none" })).status).toBe(404);
  expect((await ask("/v1/errors/broke", { method: "DELETE" })).status).toBe(405);
  expect((await group("?application_id=shop"))?.state).toBe("open");
});

test("a group is ignored, and opened again; of another application it stays what it was", async () => {
  expect(await say({ state: "ignored" })).toMatchObject({ status: 200, body: { state: "ignored" } });
  expect((await group("?application_id=shop"))?.state).toBe("ignored");
  expect((await group("?application_id=bank"))?.state).toBe("open");
  expect((await groups("?state=ignored")).map(({ application_id }) => application_id)).toEqual(["shop"]);
  await new Promise((resolve) => setTimeout(resolve, 2));
});

test("vitals are percentiles of views that followed one definition, with what they say nothing about", async () => {
  const { items, ...rest } = await read<{ items: Record<string, never>[] }>("/v1/vitals?path_group=/list");
  expect(rest).toEqual({
    vitals_definition: DEFINITION,
    definitions: { [DEFINITION]: 5, "web-vitals@5.0": 1 },
    weighed: false,
  });
  const [all] = items as unknown as [{ views: number; group: null; vitals: Record<string, Record<string, number>> }];
  expect(all).toMatchObject({ group: null, views: 6, sessions: 6 });
  expect(all.vitals.largest_contentful_paint).toMatchObject({ samples: 4, good: 2, needs_improvement: 1, poor: 1 });
  expect(all.vitals.largest_contentful_paint).toMatchObject({ good_share: 0.5, needs_improvement_share: 0.25 });
  const { p50 = 0, p75 = 0, p95 = 0, coverage } = all.vitals.largest_contentful_paint ?? {};
  expect(p50).toBeGreaterThanOrEqual(2e9);
  expect(p50).toBeLessThanOrEqual(3e9);
  expect(p75).toBeGreaterThanOrEqual(3e9);
  expect(p95).toBeLessThanOrEqual(5e9);
  // One of six views was in a browser that measured none.
  expect(coverage).toBe(0.8333);
  expect(all.vitals.cumulative_layout_shift).toEqual({
    samples: 0,
    p50: null,
    p75: null,
    p90: null,
    p95: null,
    good: 0,
    needs_improvement: 0,
    poor: 0,
    good_share: null,
    needs_improvement_share: null,
    poor_share: null,
    coverage: 0,
  });
});

test("where sessions were sampled at different rates, each view weighs what it stands for", async () => {
  const painted = (n: number) => viewEvent({ largest_contentful_paint: ms(n), vitals_definition: DEFINITION });
  // A slow page among ten quick ones that were all kept; of the quick ones of another release a tenth was.
  const common = { application: "bank", path: "/w", ago: 200 };
  for (let n = 0; n < 9; n += 1) await visit({ ...common, events: [painted(5000)] });
  for (let n = 0; n < 3; n += 1) {
    await visit({ ...common, sampling: { session_sample_rate: 10 }, events: [painted(1000)] });
  }
  await collector.readSettled("/v1/sessions");
  const period = `from=${at(-201 * HOUR)}&to=${at(-199 * HOUR)}`;
  const { items, weighed } = await read<{ weighed: boolean; items: { vitals: Record<string, object> }[] }>(
    `/v1/vitals?application_id=bank&${period}`,
  );
  expect(weighed).toBe(true);
  // 9 slow ones beside 30 quick ones.
  expect(items[0]?.vitals.largest_contentful_paint).toMatchObject({
    samples: 12,
    good: 3,
    poor: 9,
    p50: 1_000_000_000,
    p90: 5_000_000_000,
    good_share: 0.7692,
    poor_share: 0.2308,
  });

  // A session kept for its error stands for as many as its chance says: a tenth of them is kept anyway.
  const failed = { session_sample_rate: 10, session_on_error_sample_rate: 50, session_error_count: 1 };
  await visit({ ...common, ago: 250, events: [painted(1000)] });
  await visit({ ...common, ago: 250, sampling: failed, events: [painted(5000)] });
  await collector.readSettled("/v1/sessions");
  const { items: kept } = await read<{ items: { vitals: Record<string, object> }[] }>(
    `/v1/vitals?application_id=bank&from=${at(-251 * HOUR)}&to=${at(-249 * HOUR)}`,
  );
  // 1 to 1 / 0.55.
  expect(kept[0]?.vitals.largest_contentful_paint).toMatchObject({ good: 1, poor: 1, good_share: 0.3546 });
});

test("vitals come by what views have in common, and by time", async () => {
  const by = async (group_by: string) =>
    (await read<{ items: { group: unknown; views: number }[] }>(`/v1/vitals?application_id=shop&group_by=${group_by}`))
      .items;
  expect((await by("path_group")).find(({ group }) => group === "/list")?.views).toBe(6);
  expect((await by("browser")).map(({ group }) => group)).toEqual(expect.arrayContaining(["Chrome", "Firefox"]));
  const hours = (await by("hour")).map(({ group }) => Number(group));
  expect(hours).toEqual([...hours].sort((a, b) => b - a));
  expect(hours).toContain(at(-5 * HOUR));
});

test("requests come by address, those first that took the most time", async () => {
  const { items } = await read<{ items: Record<string, unknown>[] }>("/v1/resources");
  expect(items).toMatchObject([
    { resource_host: "api.example", resource_path_group: "/orders/?", count: 2, failed: 1, sessions: 1 },
    { resource_host: "api.example", resource_path_group: "/ping", count: 1, failed: 0, duration_p75: 10_000_000 },
  ]);
});

test.each([
  ["/v1/errors?sort=name", "sort"],
  ["/v1/errors?state=lost", "state"],
  ["/v1/errors?type=error", "type"],
  ["/v1/vitals?group_by=user_id", "group_by"],
  ["/v1/vitals?cursor=abc", "cursor"],
  ["/v1/sessions?has_error=1", "has_error"],
])("%s is refused, naming %s", async (path, field) => {
  expect(await ask(path)).toMatchObject({ status: 400, body: { error: { code: "bad_filter", field } } });
});

test.each([
  ["browser=Firefox", 2],
  ["path_group=/list", 6],
  [`path_group=/list&from=${at(-4 * HOUR)}`, 0],
  [`path_group=/list&to=${at(-4 * HOUR)}`, 6],
])("sessions with %s", async (query, count) => {
  expect((await read<{ items: unknown[] }>(`/v1/sessions?application_id=shop&${query}`)).items).toHaveLength(count);
});

test("a resolved error that comes again has regressed, unless in a release from before", async () => {
  const state = async () => (await group("?application_id=shop"))?.state;
  const again = async (version: string, n: number) => {
    await visit({ ago: -n, version, events: [broke()] });
    await collector.readSettled("/v1/sessions");
  };
  await say({ state: "resolved", release: "2.0" });
  expect(await group("?application_id=shop")).toMatchObject({ state: "resolved", state_release: "2.0" });
  // People still use what they have loaded.
  await again("1.1", 1);
  expect(await state()).toBe("resolved");
  await again("2.0", 2);
  expect(await state()).toBe("regressed");
  expect((await groups("?state=regressed")).map(({ error_fingerprint }) => error_fingerprint)).toEqual(["broke"]);
  await say({ state: "open" });
  expect(await state()).toBe("open");
  // Where no release is named, any that comes is one too many.
  await say({ state: "resolved" });
  expect(await state()).toBe("regressed");
});
