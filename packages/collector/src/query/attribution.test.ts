import type { Ns } from "@sojourn/core/model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, beacon, resourceEvent, session, view, viewEvent } from "../testing/beacons.js";
import { type TestCollector, testCollector } from "../testing/collector.js";
import type { Attribution } from "./attribution.js";
import type { Overhead } from "./overhead.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ms = (n: number) => (n * 1e6) as Ns;
const DEFINITION = { vitals_definition: "web-vitals@6.2" };
let collector: TestCollector;
let pages = 0;

type Event = NonNullable<Parameters<typeof beacon>[0]>["events"] extends (infer E)[] | undefined ? E : never;

async function visit(events: Event[], path = "/cart") {
  pages += 1;
  const response = await collector.send(
    beacon({
      page: { page_id: `p${pages}`, page_started_at: at(-60_000) },
      sessions: [session({ session_id: `s${pages}` })],
      views: [view({ view_id: `v${pages}`, view_url: `https://shop.example${path}` })],
      events: events.map((event, i) => ({ ...event, seq: i + 1 })),
    }),
  );
  expect(response.status).toBe(204);
}

const painted = (n: number, selector: string) =>
  viewEvent({
    ...DEFINITION,
    first_byte: ms(100),
    largest_contentful_paint: ms(n),
    largest_contentful_paint_element_selector: selector,
    largest_contentful_paint_url: "https://cdn.example/hero.jpg",
    largest_contentful_paint_load_delay: ms(50),
    largest_contentful_paint_load_time: ms(n - 200),
    largest_contentful_paint_render_delay: ms(50),
    sdk_time: ms(n / 100),
    sdk_sent_bytes: 1000 as never,
    foreground_time: ms(10_000),
  });
const frame = (...scripts: [url: string, name: string, duration: number][]) =>
  ({
    type: "long_task",
    seq: 1,
    date: at(-1000),
    duration: ms(200),
    long_task_entry_type: "long-animation-frame",
    scripts: scripts.map(([url, name, duration]) => ({
      url,
      function: name,
      duration: ms(duration),
      forced_layout: 5,
    })),
  }) as Event;
const click = (types: string[]) =>
  ({
    type: "action",
    seq: 1,
    date: at(-1000),
    action_id: `a${pages}`,
    action_type: "click",
    action_name: "Buy",
    action_frustration_types: types,
  }) as Event;

beforeAll(async () => {
  collector = await testCollector();
  await visit([
    painted(1000, "#hero"),
    frame(["https://shop.example/app.js?v=1", "render", 80], ["https://tags.example/t.js", "track", 60]),
    resourceEvent({
      resource_url: "https://tags.example/t.js",
      resource_type: "js",
      resource_status: 200,
      duration: ms(90),
    }),
    resourceEvent({ resource_url: "https://shop.example/own.js", resource_type: "js", resource_status: 200 }),
  ]);
  await visit([painted(3000, "#hero"), frame(["https://shop.example/app.js?v=2", "render", 20])]);
  await visit([
    painted(2000, "main > h1"),
    resourceEvent({ resource_url: "https://fonts.example/a.woff2", resource_type: "font", resource_status: 404 }),
  ]);
  const slow = viewEvent({
    ...DEFINITION,
    interaction_to_next_paint: ms(900),
    interaction_to_next_paint_target_selector: "#pay",
    interaction_to_next_paint_type: "pointer",
    interaction_to_next_paint_input_delay: ms(100),
    interaction_to_next_paint_processing_duration: ms(700),
    interaction_to_next_paint_presentation_delay: ms(100),
    cumulative_layout_shift: 0.05,
    cumulative_layout_shift_target_selector: "<script>alert(1)</script>",
  });
  await visit([slow, click(["rage_click", "dead_click"])], "/pay");
  await visit([viewEvent(), click([])], "/plain");
  await collector.readSettled("/v1/sessions");
});
afterAll(() => collector.stop());

const read = async <T>(path: string) => (await collector.read(path)).body as unknown as T;
const attribution = (query = "") => read<Attribution>(`/v1/attribution${query}`);

test("says which elements were painted last, and where the time went: parts that add up to the mean", async () => {
  const { largest_contentful_paint } = await attribution();
  expect(largest_contentful_paint.map(({ selector, count }) => [selector, count])).toEqual([
    ["#hero", 2],
    ["main > h1", 1],
  ]);
  const [hero] = largest_contentful_paint;
  expect(hero).toMatchObject({
    url: "https://cdn.example/hero.jpg",
    parts: { first_byte: ms(100), load_delay: ms(50), load_time: ms(1800), render_delay: ms(50) },
  });
  const sum = Object.values(hero?.parts ?? {}).reduce((all, part) => all + part, 0);
  expect(sum).toBe(ms(2000));
});

test("says which interactions were slow and what shifted, as the page named it", async () => {
  const { interaction_to_next_paint, cumulative_layout_shift } = await attribution("?path_group=/pay");
  expect(interaction_to_next_paint).toEqual([
    {
      selector: "#pay",
      interaction_type: "pointer",
      count: 1,
      p75: ms(900),
      parts: { input_delay: ms(100), processing_duration: ms(700), presentation_delay: ms(100) },
    },
  ]);
  expect(cumulative_layout_shift).toEqual([{ selector: "<script>alert(1)</script>", count: 1, p75: 0.05 }]);
});

test("adds up scripts over releases of a file, and what other hosts cost the page", async () => {
  const { scripts, third_parties } = await attribution();
  expect(scripts).toEqual([
    { url: "https://shop.example/app.js", function: "render", count: 2, duration: ms(100), forced_layout: 10 },
    { url: "https://tags.example/t.js", function: "track", count: 1, duration: ms(60), forced_layout: 5 },
  ]);
  expect(third_parties).toMatchObject([
    { host: "tags.example", requests: 1, views: 1, failed: 0, duration_p75: ms(90), script_time: ms(60) },
    { host: "fonts.example", requests: 1, failed: 1, duration_p75: null, script_time: 0 },
  ]);
});

test("narrows all of it to what was asked for, and answers with empty lists where nothing is", async () => {
  expect(await attribution("?path_group=/plain")).toEqual({
    largest_contentful_paint: [],
    interaction_to_next_paint: [],
    cumulative_layout_shift: [],
    scripts: [],
    third_parties: [],
  });
  expect((await attribution("?limit=1")).largest_contentful_paint).toHaveLength(1);
});

test("says what the SDK cost the pages that told of it", async () => {
  const overhead = await read<Overhead>("/v1/overhead");
  expect(overhead).toMatchObject({ views: 3, time_p50: ms(20), sent_bytes_p50: 1000, sent_bytes_total: 3000 });
  expect(overhead.time_share).toBeCloseTo(60 / 30_000, 6);
  expect(await read<Overhead>("/v1/overhead?path_group=/plain")).toMatchObject({ views: 0, time_p50: null });
});

test("finds sessions by how bad the worst vital of any of their views was", async () => {
  const found = async (query: string) => {
    const { items } = await read<{ items: { session_id: string }[] }>(`/v1/sessions?${query}`);
    return items
      .map(({ session_id }) => session_id)
      .filter((id) => id.startsWith("s"))
      .sort();
  };
  expect(await found("worst_vital=poor")).toEqual(["s4"]);
  expect(await found("worst_vital=needs-improvement")).toEqual(["s2"]);
  expect(await found("worst_vital=good")).toEqual(["s1", "s3"]);
  expect(await found(`worst_vital=good&path_group=/cart&from=${at(-60_000)}&to=${at(1)}`)).toEqual(["s1", "s3"]);
  expect(await found("has_frustration=true")).toEqual(["s4"]);
  expect(await found("has_frustration=false")).toEqual(["s1", "s2", "s3", "s5"]);
});
