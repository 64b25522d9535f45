import { readSessionDetail } from "./api/read.js";
import type { SessionDetail, SessionItem } from "./api/types.js";

/** Made-up data for the tests; nothing of the page imports it. */

export const T0 = 1_764_000_000_000;

/** A row as the query API answers it. */
export const sessionRow = (changes: Partial<Record<keyof SessionItem, unknown>> = {}) => ({
  session_id: "11111111-1111-4111-8111-111111111111",
  session_type: "user",
  session_referrer: "",
  session_first_view_id: "v1",
  session_first_view_url: "https://shop.example/",
  session_first_view_host: "shop.example",
  session_first_view_path: "/",
  session_first_view_path_group: "/",
  session_first_view_url_query: "{}",
  session_last_view_id: "v2",
  session_last_view_url: "https://shop.example/cart",
  session_last_view_host: "shop.example",
  session_last_view_path: "/cart",
  session_last_view_path_group: "/cart",
  session_last_view_url_query: "{}",
  session_has_replay: false,
  time_spent: 30_000_000_000,
  session_view_count: 2,
  session_error_count: 1,
  session_resource_count: 2,
  session_action_count: 1,
  session_long_task_count: 1,
  application_id: "shop",
  date: T0,
  user_id: "ada",
  ip: "203.0.113.7",
  browser: "Firefox",
  browser_version: "145.0",
  os: "Linux",
  os_version: "",
  device: "desktop",
  country: "DE",
  ...changes,
});

const event = (type: string, seq: number, after: number, view_id: string, fields: object = {}) => ({
  type,
  seq,
  date: T0 + after,
  page_id: "p1",
  view_id,
  context: null,
  ...fields,
});

/** The answer about one session with two views and one event of each type. */
export const detailBody = (session: Parameters<typeof sessionRow>[0] = {}) => ({
  session: sessionRow(session),
  views: [
    {
      view_id: "v2",
      view_url: "https://shop.example/cart",
      view_host: "shop.example",
      view_path: "/cart",
      date: T0 + 10_000,
      page_id: "p1",
      tab_id: "t1",
      view_loading_type: "route_change",
      time_spent: 20_000_000_000,
    },
    {
      view_id: "v1",
      view_url: "https://shop.example/",
      view_host: "shop.example",
      view_path: "/",
      date: T0,
      page_id: "p1",
      tab_id: "t1",
      view_loading_type: "initial_load",
      time_spent: 10_000_000_000,
      loading_time: 900_000_000,
      first_contentful_paint: 700_000_000,
      largest_contentful_paint: 2_600_000_000,
      interaction_to_next_paint: 600_000_000,
      cumulative_layout_shift: 0.02,
      custom_timings: { hydrated: 1_500_000_000, hostile: "x" },
    },
  ],
  events: [
    event("view", 1, 0, "v1", { document_version: 3 }),
    event("resource", 2, 0, "v1", {
      resource_url: "https://shop.example/",
      resource_type: "document",
      resource_status: 200,
      duration: 400_000_000,
      resource_ttfb: 300_000_000,
      resource_trans: 100_000_000,
      resource_transfer_size: 2048,
    }),
    event("long_task", 5, 12_100, "v2", {
      duration: 180_000_000,
      blocking_duration: 130_000_000,
      long_task_entry_type: "long-animation-frame",
      scripts: [{ url: "https://shop.example/lab.js", function: "pack", invoker: "onclick", duration: 170_000_000 }],
    }),
    event("action", 3, 12_000, "v2", { action_id: "a1", action_type: "click", action_name: "Order" }),
    event("error", 6, 12_300, "v2", {
      error_message: "order.total is undefined",
      error_type: "TypeError",
      error_source: "source",
      error_handling: "unhandled",
      error_stack: "TypeError: order.total is undefined\n    at lab.js:15:11",
    }),
    event("resource", 4, 12_050, "v2", {
      resource_url: "https://shop.example/api/orders",
      resource_type: "fetch",
      resource_method: "POST",
      resource_status: 500,
      duration: 250_000_000,
    }),
    event("vital", 7, 13_000, "v2", { vital_name: "checkout", duration: 900_000_000 }),
    event("hologram", 8, 14_000, "v9", { depth: 3 }),
  ],
});

/** {@link detailBody}, read. */
export function detail(session?: Parameters<typeof sessionRow>[0]): SessionDetail {
  const read = readSessionDetail(detailBody(session));
  if (read === undefined) throw new Error("The made-up answer cannot be read.");
  return read;
}
