import type { FieldTable } from "./kinds.js";

/**
 * The fields of every event and context, in one place. The SDK's types, the collector's checks, its columns
 * and the JSON Schema are all derived from these tables; nothing else defines an event.
 *
 * Names follow the family the product comes from. Durations are nanoseconds, sizes bytes, times epoch ms.
 */

/** What every event carries. `s`, `w` and `u` point into the beacon's `sessions`, `views` and `users`; absent means 0. A beacon without `users` knows nobody. */
export const ENVELOPE = {
  type: "word!",
  /** Number of the event on its page, from 1. (application_id, page_id, seq) is the event's identity. */
  seq: "count!",
  /** When it happened (for views: began). */
  date: "ms!",
  s: "count",
  w: "count",
  u: "count",
  /** What the page added: global context and the call's own, merged. */
  context: "object",
} as const satisfies FieldTable;

export const EVENT_FIELDS = {
  /** One version of a view. The highest `document_version` wins. */
  view: {
    document_version: "count!",
    /** `initial_load`, `route_change`, `bf_cache`, `session_renewal`. */
    view_loading_type: "word!",
    is_active: "flag!",
    time_spent: "ns!",
    view_error_count: "count!",
    view_resource_count: "count!",
    view_action_count: "count!",
    view_long_task_count: "count!",
    loading_time: "ns",
    first_byte: "ns",
    dom_interactive: "ns",
    dom_content_loaded: "ns",
    dom_complete: "ns",
    load_event: "ns",
    first_contentful_paint: "ns",
    largest_contentful_paint: "ns",
    largest_contentful_paint_element_selector: "name",
    largest_contentful_paint_url: "url",
    /** Unitless score. */
    cumulative_layout_shift: "number",
    cumulative_layout_shift_target_selector: "name",
    interaction_to_next_paint: "ns",
    interaction_to_next_paint_target_selector: "name",
    /** `pointer` or `keyboard`. */
    interaction_to_next_paint_type: "word",
    /** Name → ns after the view's start. */
    custom_timings: "object",
  },
  action: {
    action_id: "id!",
    /** `click` or `custom`. */
    action_type: "word!",
    action_name: "name!",
    action_target: "name",
    duration: "ns",
  },
  error: {
    error_message: "text!",
    /** The constructor's name, such as `TypeError`. */
    error_type: "name",
    /** `source` (uncaught), `custom` (handed in), `console`, `report`. */
    error_source: "word!",
    /** `handled` or `unhandled`. */
    error_handling: "word!",
    /** The stack as the engine wrote it; the collector parses it. */
    error_stack: "text",
    /** What it was thrown because of, outermost first: `{message, type, stack}`. */
    error_causes: "list",
    /** How many errors of the page were left out before this one, since there were too many to report. */
    error_dropped_count: "count",
  },
  resource: {
    resource_url: "url!",
    /** `document`, `xhr`, `fetch`, `beacon`, `css`, `js`, `image`, `font`, `media`, `other`. */
    resource_type: "word!",
    duration: "ns",
    resource_method: "word",
    /** HTTP status; absent when there was no answer or the browser does not tell. */
    resource_status: "count",
    resource_protocol: "word",
    resource_delivery_type: "word",
    resource_render_blocking_status: "word",
    resource_transfer_size: "bytes",
    resource_encode_size: "bytes",
    resource_decode_size: "bytes",
    resource_redirect: "ns",
    resource_dns: "ns",
    resource_tcp: "ns",
    resource_ssl: "ns",
    /** From the request being sent to the first byte of the answer. */
    resource_ttfb: "ns",
    /** From the first byte to the last. */
    resource_trans: "ns",
  },
  long_task: {
    duration: "ns!",
    /** `long-animation-frame` or `longtask`: two definitions that are never mixed in one figure. */
    long_task_entry_type: "word!",
    blocking_duration: "ns",
    /** Scripts that made it long: `{url, function, invoker, duration}`, longest first. */
    scripts: "list",
  },
  vital: {
    vital_name: "name!",
    duration: "ns",
    vital_value: "number",
  },
} as const satisfies Record<string, FieldTable>;

/** A view's identity and address, written once in a beacon. Host, path, group and query are derived by the collector. */
export const VIEW_CONTEXT = {
  view_id: "id!",
  view_url: "url!",
  view_started_at: "ms!",
  view_referrer: "url",
  view_name: "name",
  /** Only where the application overrides the collector's grouping. */
  view_path_group: "name",
} as const satisfies FieldTable;

/** A user as the page told it, and nothing when it did not. */
export const USER_CONTEXT = {
  user_id: "name",
  /** Anonymous id of the browser, where the application asked for one. */
  visitor_id: "id",
  user_name: "name",
  user_email: "name",
} as const satisfies FieldTable;

/**
 * One page's share of a session, carried whole in every beacon. Counts are totals of this page and only grow;
 * the collector keeps the highest of each and adds the pages.
 */
export const SESSION_BLOCK = {
  session_id: "id!",
  /** `user` or `synthetics`. */
  session_type: "word!",
  session_created_at: "ms!",
  /** The last moment this page saw the session lived in: `time_spent` is the latest of these minus `session_created_at`. */
  session_active_until_at: "ms!",
  /** First page's referrer, cleaned; empty after a renewal within a page. */
  session_referrer: "url",
  session_has_replay: "flag",
  /** Percentage of sessions that are measured, as it was when this one began. */
  session_sample_rate: "number",
  /** Percentage of the others that are measured once they have an error. */
  session_on_error_sample_rate: "number",
  /** True when only an error brought this session in: it stands for fewer others than its rate says. */
  sampled_for_error_session: "flag",
  /** This page's first and last view in the session, as indexes into the beacon's `views`. */
  first_view: "count",
  last_view: "count",
  session_view_count: "count!",
  session_error_count: "count!",
  session_resource_count: "count!",
  session_action_count: "count!",
  session_long_task_count: "count!",
  synthetics_test_id: "name",
  synthetics_result_id: "name",
  /** False while the id could still lose against another tab's. */
  confirmed: "flag",
} as const satisfies FieldTable;

/** What is true of the whole page, once in a beacon. */
export const PAGE_CONTEXT = {
  page_id: "id!",
  page_started_at: "ms!",
  tab_id: "id",
  service: "name",
  env: "name",
  version: "name",
  /** CSS pixels, `1280x720`. */
  screen_size: "word",
  time_zone: "word",
  language: "word",
  network_type: "word",
} as const satisfies FieldTable;

export const SDK_CONTEXT = { name: "word!", version: "word!" } as const satisfies FieldTable;

export type EventType = keyof typeof EVENT_FIELDS;
export const EVENT_TYPES = Object.keys(EVENT_FIELDS) as EventType[];
