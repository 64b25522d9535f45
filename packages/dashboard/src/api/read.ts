import type { EpochMs, Ns } from "@sojourn/core/model";
import type { Page, SessionDetail, SessionEvent, SessionItem, Signal, View } from "./types.js";

type Row = Readonly<Record<string, unknown>>;

const SIGNALS: Readonly<Record<Signal, true>> = {
  action: true,
  error: true,
  resource: true,
  long_task: true,
  vital: true,
};

/** The answer of `GET /v1/sessions`. Rows without an id are left out. */
export function readSessionPage(body: unknown): Page<SessionItem> {
  const { items, next } = row(body);
  return {
    items: rows(items)
      .filter((item) => text(item.session_id) !== "")
      .map(readSession),
    next: typeof next === "string" && next !== "" ? next : null,
  };
}

/** The answer of `GET /v1/sessions/{id}`, in order of time; `undefined` when it is no such answer. */
export function readSessionDetail(body: unknown): SessionDetail | undefined {
  const { session, views, events } = row(body);
  if (text(row(session).session_id) === "") return undefined;
  return {
    session: readSession(row(session)),
    views: rows(views)
      .map(readView)
      .sort((a, b) => a.date - b.date),
    events: rows(events)
      .filter((event) => event.type !== "view")
      .map(readEvent)
      .sort((a, b) => a.date - b.date || a.seq - b.seq),
  };
}

function readSession(item: Row): SessionItem {
  return {
    session_id: text(item.session_id),
    session_type: text(item.session_type),
    session_referrer: text(item.session_referrer),
    session_first_view_id: text(item.session_first_view_id),
    session_first_view_url: text(item.session_first_view_url),
    session_first_view_host: text(item.session_first_view_host),
    session_first_view_path: text(item.session_first_view_path),
    session_first_view_path_group: text(item.session_first_view_path_group),
    session_first_view_url_query: text(item.session_first_view_url_query),
    session_last_view_id: text(item.session_last_view_id),
    session_last_view_url: text(item.session_last_view_url),
    session_last_view_host: text(item.session_last_view_host),
    session_last_view_path: text(item.session_last_view_path),
    session_last_view_path_group: text(item.session_last_view_path_group),
    session_last_view_url_query: text(item.session_last_view_url_query),
    session_has_replay: Boolean(item.session_has_replay),
    time_spent: number(item.time_spent) as Ns,
    session_view_count: number(item.session_view_count),
    session_error_count: number(item.session_error_count),
    session_resource_count: number(item.session_resource_count),
    session_action_count: number(item.session_action_count),
    session_long_task_count: number(item.session_long_task_count),
    application_id: text(item.application_id),
    date: number(item.date) as EpochMs,
    user_id: text(item.user_id),
    ip: text(item.ip),
    browser: text(item.browser),
    browser_version: text(item.browser_version),
    os: text(item.os),
    os_version: text(item.os_version),
    device: text(item.device),
    country: text(item.country),
  };
}

// The two casts below rest on the collector, which lets no field in whose kind is not the model's.

const readView = (view: Row): View =>
  ({ ...present(view), view_id: text(view.view_id), date: number(view.date) as EpochMs }) as View;

function readEvent(event: Row): SessionEvent {
  const type = text(event.type);
  const stamp = { date: number(event.date) as EpochMs, page_id: text(event.page_id), seq: number(event.seq) };
  if (Object.hasOwn(SIGNALS, type)) return { ...present(event), ...stamp } as SessionEvent;
  return { ...present(event), ...stamp, type: "other", other_type: type };
}

/** Without what stands for "not recorded". */
const present = (source: Row): Row =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== null && value !== ""));

const row = (value: unknown): Row => (typeof value === "object" && value !== null ? (value as Row) : {});
const rows = (value: unknown): Row[] => (Array.isArray(value) ? value.map(row) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A number; 64-bit ones may come as strings, since JSON's numbers end at 2^53. */
function number(value: unknown): number {
  const read = typeof value === "string" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : 0;
}
