import type { Beacon, EpochMs, Ns, SessionBlock, ViewContext, WireEvent } from "@sojourn/core/model";

/** What "now" is in tests: today's noon, UTC. A fixed date would one day be older than what the store keeps. */
export const NOON = (Math.floor(Date.now() / 86_400_000) * 86_400_000 + 43_200_000) as EpochMs;

export const at = (ms: number) => (NOON + ms) as EpochMs;

export function session(more: Partial<SessionBlock> = {}): SessionBlock {
  return {
    session_id: "s1",
    session_type: "user",
    session_created_at: at(-60_000),
    session_active_until_at: at(0),
    first_view: 0,
    last_view: 0,
    session_view_count: 1,
    session_error_count: 0,
    session_resource_count: 0,
    session_action_count: 0,
    session_long_task_count: 0,
    ...more,
  };
}

export function view(more: Partial<ViewContext> = {}): ViewContext {
  return { view_id: "v1", view_url: "https://shop.example/cart/1234?x=1", view_started_at: at(-60_000), ...more };
}

type EventOf<T extends WireEvent["type"]> = Extract<WireEvent, { type: T }>;

export function viewEvent(more: Partial<EventOf<"view">> = {}): WireEvent {
  return {
    type: "view",
    seq: 1,
    date: at(-60_000),
    document_version: 1,
    view_loading_type: "initial_load",
    is_active: true,
    time_spent: 1_000_000 as Ns,
    view_error_count: 0,
    view_resource_count: 0,
    view_action_count: 0,
    view_long_task_count: 0,
    ...more,
  };
}

export function errorEvent(more: Partial<EventOf<"error">> = {}): WireEvent {
  return {
    type: "error",
    seq: 2,
    date: at(-1_000),
    error_message: "it broke",
    error_source: "source",
    error_handling: "unhandled",
    ...more,
  };
}

export function resourceEvent(more: Partial<EventOf<"resource">> = {}): WireEvent {
  return {
    type: "resource",
    seq: 3,
    date: at(-2_000),
    resource_url: "https://shop.example/api/orders/77?page=2",
    resource_type: "fetch",
    resource_status: 404,
    ...more,
  };
}

export function beacon(more: Partial<Beacon> = {}): Beacon {
  return {
    v: 1,
    sdk: { name: "sojourn-rum", version: "0.1.0" },
    application_id: "shop",
    sent_at: at(0),
    page: { page_id: "p1", page_started_at: at(-60_000) },
    sessions: [session()],
    views: [view()],
    events: [viewEvent(), errorEvent()],
    ...more,
  };
}
