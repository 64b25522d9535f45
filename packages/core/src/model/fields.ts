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
    /** How many of the view's clicks a person had reason to be annoyed by. */
    frustration_count: "count",
    /** How long the page was visible. */
    foreground_time: "ns",
    /** How long a person was busy with it: visible, and within 5 seconds of an interaction. */
    active_time: "ns",
    /** Until the page had loaded and came to rest: nothing changed on it or was asked for by it. Absent where it was hidden before. */
    loading_time: "ns",
    /** True where the browser itself saw the route change as a navigation. */
    soft_navigation: "flag",
    /** CSS pixels from the top of the page to the lowest point that was seen. */
    scroll_depth: "count",
    /** Height of the page then. */
    scroll_height: "count",
    first_byte: "ns",
    dom_interactive: "ns",
    dom_content_loaded: "ns",
    dom_complete: "ns",
    load_event: "ns",
    first_contentful_paint: "ns",
    /** What the document was busy with then: `loading`, `dom-interactive`, `dom-content-loaded`, `complete`. The collector derives it. */
    first_contentful_paint_load_state: "word",
    largest_contentful_paint: "ns",
    largest_contentful_paint_element_selector: "name",
    largest_contentful_paint_url: "url",
    /** Parts of LCP: after the first byte, until its resource was asked for; until that was there; until it was painted. */
    largest_contentful_paint_load_delay: "ns",
    largest_contentful_paint_load_time: "ns",
    largest_contentful_paint_render_delay: "ns",
    /** Unitless score. */
    cumulative_layout_shift: "number",
    cumulative_layout_shift_target_selector: "name",
    /** When the largest shift was, after the view's start. */
    cumulative_layout_shift_time: "ns",
    cumulative_layout_shift_load_state: "word",
    interaction_to_next_paint: "ns",
    interaction_to_next_paint_target_selector: "name",
    /** `pointer` or `keyboard`. */
    interaction_to_next_paint_type: "word",
    /** When it was, after the view's start. */
    interaction_to_next_paint_time: "ns",
    /** Parts of INP. */
    interaction_to_next_paint_input_delay: "ns",
    interaction_to_next_paint_processing_duration: "ns",
    interaction_to_next_paint_presentation_delay: "ns",
    interaction_to_next_paint_load_state: "word",
    /** Whose definitions the vitals follow, such as `web-vitals@6.2`, with `+soft` where they end at a soft navigation. Figures of different definitions are never mixed. */
    vitals_definition: "word",
    /** Name → ns after the view's start. */
    custom_timings: "object",
    /** Flag → what it was evaluated to. */
    feature_flags: "object",
    /** Main-thread time that this SDK itself took during the view. */
    sdk_time: "ns",
    /** Bytes of the bodies that it sent during the view. */
    sdk_sent_bytes: "bytes",
    /** Reason → how many facts it left out during the view. */
    sdk_dropped: "object",
  },
  action: {
    action_id: "id!",
    /** `click`, `tap` (a click by touch), `submit` (of a form, by the keyboard alone), or `custom`. */
    action_type: "word!",
    action_name: "name!",
    action_target: "name",
    /** Until the page came to rest after it; of a started action, until it was stopped. */
    duration: "ns",
    /** Where in the viewport, CSS pixels: `{x, y}`. */
    action_position: "object",
    /** `rage_click` (the first of several in quick succession), `dead_click` (nothing happened), `error_click` (an error came that is no intervention or deprecation). */
    action_frustration_types: "list",
    /** How many clicks a rage click stands for, itself included. */
    action_click_count: "count",
    action_error_count: "count",
    action_resource_count: "count",
    action_long_task_count: "count",
  },
  error: {
    error_message: "text!",
    /** The constructor's name, such as `TypeError`. */
    error_type: "name",
    /** `source` (uncaught), `custom` (handed in), `console`, `report` (the browser's: CSP, interventions), `network` (an element's file). */
    error_source: "word!",
    /** `handled`, as the browser's interventions and deprecations are too, or `unhandled`. */
    error_handling: "word!",
    /** The stack as the engine wrote it; the collector parses it. */
    error_stack: "text",
    /** What it was thrown because of, outermost first: `{message, type, stack}`. */
    error_causes: "list",
    /** How many errors of the page were left out before this one, since there were too many to report. */
    error_dropped_count: "count",
    /** What groups it with others, where the application says so; otherwise the collector derives it. */
    error_fingerprint: "name",
    /** Of a framework: the components around the one that failed. */
    error_component_stack: "text",
    /** Files of the stack that a source map is known for: `{url, id}`. */
    error_debug_ids: "list",
    /** The action during which it happened. */
    action_id: "id",
    feature_flags: "object",
  },
  resource: {
    resource_url: "url!",
    /**
     * `document`, `xhr`, `fetch`, `beacon`, `css`, `js`, `image`, `font`, `media`, `websocket`, `eventsource`, `other`. Where
     * it is absent the collector derives it.
     */
    resource_type: "word",
    /** What asked for it, in the browser's words: `img`, `link`, `script`, `css`, … */
    resource_initiator: "word",
    duration: "ns",
    /** Why there was no answer: `aborted`, `timeout` or `network`. */
    resource_error: "word",
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
    /** Time in a service worker before the request was handled. */
    resource_worker: "ns",
    resource_graphql_operation: "name",
    /** `query`, `mutation` or `subscription`. */
    resource_graphql_type: "word",
    /** Of a WebSocket or an EventSource, as far as known when this was written. */
    connection_messages_received: "count",
    connection_messages_sent: "count",
    connection_bytes_received: "bytes",
    connection_bytes_sent: "bytes",
    connection_close_code: "count",
    /** 32 and 16 hexadecimal digits (https://www.w3.org/TR/trace-context/). */
    trace_id: "id",
    span_id: "id",
    /** The action during which it began. */
    action_id: "id",
  },
  long_task: {
    duration: "ns!",
    /** `long-animation-frame` or `longtask`: two definitions that are never mixed in one figure. */
    long_task_entry_type: "word!",
    blocking_duration: "ns",
    /** After its start: when rendering began, when style and layout did, and the first of the events that it handled. */
    render_start: "ns",
    style_and_layout_start: "ns",
    first_ui_event: "ns",
    /**
     * Scripts that made it long, longest first: `{url, function, position, invoker, invoker_type, start, duration,
     * forced_layout, pause}`, times in ns, `start` after the frame's, `position` in characters of the file.
     */
    scripts: "list",
    /** The action during which it began. */
    action_id: "id",
  },
  vital: {
    vital_name: "name!",
    duration: "ns",
    vital_value: "number",
    action_id: "id",
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
  account_id: "name",
  account_name: "name",
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
