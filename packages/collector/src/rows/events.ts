import { EVENT_FIELDS, type EventType, type FieldTable, readSpec, type WireEvent } from "@sojourn/core/model";
import type { LogRecord } from "./record.js";
import { urlParts } from "./url.js";

export type Value = string | number | boolean | null | Row;
/** A row as JSONEachRow takes it. */
export interface Row {
  [column: string]: Value;
}

export const TABLES = {
  view: "views",
  action: "actions",
  error: "errors",
  resource: "resources",
  long_task: "long_tasks",
  vital: "vitals",
} as const satisfies Record<EventType, string>;

export type EventTable = (typeof TABLES)[EventType];

/** The row of an event: who, where and when of its beacon, then its own fields. */
export function eventRow(record: LogRecord, event: WireEvent): Row {
  return { ...contextColumns(record, event), ...ownColumns(EVENT_FIELDS[event.type], event), ...derivedColumns(event) };
}

function contextColumns(record: LogRecord, event: WireEvent): Row {
  const { page, sdk, client } = record;
  const session = record.sessions[event.s ?? 0];
  const view = record.views[event.w ?? 0];
  const user = record.users[event.u ?? 0];
  const url = urlParts(view?.view_url ?? "", view?.view_path_group);
  return {
    application_id: record.application_id,
    page_id: page.page_id,
    page_started_at: page.page_started_at,
    seq: event.seq,
    date: event.date,
    received_at: record.received_at,
    session_id: session?.session_id ?? "",
    session_type: session?.session_type ?? "",
    tab_id: page.tab_id ?? "",
    service: page.service ?? "",
    env: page.env ?? "",
    version: page.version ?? "",
    sdk_name: sdk.name,
    sdk_version: sdk.version,
    user_id: user?.user_id ?? "",
    user_name: user?.user_name ?? "",
    user_email: user?.user_email ?? "",
    view_id: view?.view_id ?? "",
    view_url: view?.view_url ?? "",
    view_host: url.host,
    view_path: url.path,
    view_path_group: url.path_group,
    view_url_query: url.url_query,
    view_name: view?.view_name ?? "",
    view_referrer: view?.view_referrer ?? "",
    ip: client.ip,
    country: client.country,
    browser: client.browser,
    browser_version: client.browser_version,
    os: client.os,
    os_version: client.os_version,
    device: client.device,
    bot: client.bot,
    screen_size: page.screen_size ?? "",
    time_zone: page.time_zone ?? "",
    language: page.language ?? "",
    network_type: page.network_type ?? "",
    context: event.context === undefined ? "" : JSON.stringify(event.context),
  };
}

/** Absent numbers are null, absent texts empty; objects and lists are JSON. */
function ownColumns(table: FieldTable, event: WireEvent): Row {
  const fields: Readonly<Record<string, unknown>> = { ...event };
  const row: Row = {};
  for (const [field, spec] of Object.entries(table)) {
    const value = fields[field];
    const { kind } = readSpec(spec);
    if (kind === "object" || kind === "list") row[field] = value === undefined ? "" : JSON.stringify(value);
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") row[field] = value;
    else row[field] = isText(kind) ? "" : null;
  }
  return row;
}

function isText(kind: string): boolean {
  return kind === "id" || kind === "word" || kind === "name" || kind === "text" || kind === "url";
}

function derivedColumns(event: WireEvent): Row {
  if (event.type !== "resource") return {};
  const { host, path, path_group, url_query } = urlParts(event.resource_url);
  return {
    resource_host: host,
    resource_path: path,
    resource_path_group: path_group,
    resource_url_query: url_query,
    resource_status_group: event.resource_status ? `${Math.floor(event.resource_status / 100)}xx` : "",
  };
}
