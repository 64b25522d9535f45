import { randomUUID } from "node:crypto";

/** Events in one beacon: a full batch of the SDK. */
export const EVENTS = 50;

/**
 * The body of one full batch, as a visitor's page would send it: a page of its own each time, so that nothing is a
 * duplicate.
 *
 * @param {number} now epoch ms
 * @param {string} session its id
 */
export function beaconBody(now, session) {
  const started = now - 60_000;
  const resources = Array.from({ length: EVENTS - 3 }, (_, index) => ({
    type: "resource",
    seq: index + 4,
    date: now - 5_000 + index,
    resource_url: `https://shop.example/api/products/${index}?page=${index % 7}`,
    resource_type: "fetch",
    resource_method: "GET",
    resource_status: 200,
    resource_protocol: "h2",
    duration: 41_200_000 + index,
    resource_transfer_size: 1_834,
    resource_encode_size: 1_534,
    resource_decode_size: 6_012,
    resource_ttfb: 31_000_000,
    resource_trans: 2_100_000,
  }));
  return JSON.stringify({
    v: 1,
    sdk: { name: "sojourn-rum", version: "0.1.0" },
    application_id: "bench",
    sent_at: now,
    page: {
      page_id: randomUUID(),
      page_started_at: started,
      tab_id: randomUUID(),
      service: "shop",
      env: "bench",
      screen_size: "1280x720",
      language: "en-GB",
    },
    sessions: [
      {
        session_id: session,
        session_type: "user",
        session_created_at: started,
        session_active_until_at: now,
        first_view: 0,
        last_view: 0,
        session_view_count: 1,
        session_error_count: 1,
        session_resource_count: EVENTS - 3,
        session_action_count: 1,
        session_long_task_count: 0,
      },
    ],
    views: [
      { view_id: randomUUID(), view_url: "https://shop.example/products/1234?colour=red", view_started_at: started },
    ],
    events: [
      {
        type: "view",
        seq: 1,
        date: started,
        document_version: 1,
        view_loading_type: "initial_load",
        is_active: true,
        time_spent: 60_000_000_000,
        view_error_count: 1,
        view_resource_count: EVENTS - 3,
        view_action_count: 1,
        view_long_task_count: 0,
      },
      {
        type: "action",
        seq: 2,
        date: now - 6_000,
        action_id: randomUUID(),
        action_type: "click",
        action_name: "Add to cart",
        action_target: "main > button.buy",
      },
      {
        type: "error",
        seq: 3,
        date: now - 5_900,
        error_message: "Cannot read properties of undefined (reading 'price')",
        error_type: "TypeError",
        error_source: "source",
        error_handling: "unhandled",
        error_stack:
          "TypeError: Cannot read properties of undefined (reading 'price')\n    at add (https://shop.example/app.js:1:20311)\n    at HTMLButtonElement.onclick (https://shop.example/app.js:1:9912)",
      },
      ...resources,
    ],
  });
}
