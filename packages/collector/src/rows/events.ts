import {
  EVENT_FIELDS,
  EVENT_TYPES,
  type EventType,
  type FieldTable,
  type Kind,
  readSpec,
  type WireEvent,
} from "@sojourn/core/model";
import { readError } from "../errors/index.js";
import { loadStates } from "./load-state.js";
import { type LogRecord, RETENTION_DAYS } from "./record.js";
import { resourceType } from "./resource-type.js";
import { urlParts } from "./url.js";

export type Value = string | number | boolean | null | Row | readonly number[] | readonly string[];
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

/** The field tables, read once. */
const OWN_FIELDS = Object.fromEntries(
  EVENT_TYPES.map((type) => [
    type,
    Object.entries(EVENT_FIELDS[type] as FieldTable).map(([field, spec]) => ({ field, kind: readSpec(spec).kind })),
  ]),
) as Record<EventType, { field: string; kind: Kind }[]>;

export type EventTable = (typeof TABLES)[EventType];

/** A row in two parts: `shared` is the same object for many rows, so that it need not be encoded for each. */
export interface SharedRow {
  shared: Row;
  own: Row;
}

/** Makes the rows of one beacon's events: who and where, shared by most events of a beacon, and the event's own. */
export function eventRows(record: LogRecord): (event: WireEvent) => SharedRow {
  const contexts = new Map<string, Row>();
  return (event) => {
    const { s = 0, w = 0, u = 0 } = event;
    const key = `${s}/${w}/${u}`;
    const shared = contexts.get(key) ?? contextColumns(record, s, w, u);
    contexts.set(key, shared);
    return { shared, own: ownColumns(event) };
  };
}

function contextColumns(record: LogRecord, s: number, w: number, u: number): Row {
  const { page, sdk, client } = record;
  const session = record.sessions[s];
  const view = record.views[w];
  const user = record.users[u];
  const url = urlParts(view?.view_url ?? "", view?.view_path_group);
  return {
    application_id: record.application_id,
    page_id: page.page_id,
    page_started_at: page.page_started_at,
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
    visitor_id: user?.visitor_id ?? "",
    user_name: user?.user_name ?? "",
    user_email: user?.user_email ?? "",
    account_id: user?.account_id ?? "",
    account_name: user?.account_name ?? "",
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
    retention_days: record.retention_days ?? RETENTION_DAYS,
  };
}

/** Absent numbers are null, absent texts empty; objects and lists are JSON. */
function ownColumns(event: WireEvent): Row {
  const fields = event as Readonly<Record<string, unknown>>;
  const row: Row = {
    seq: event.seq,
    date: event.date,
    context: event.context === undefined ? "" : JSON.stringify(event.context),
  };
  for (const { field, kind } of OWN_FIELDS[event.type]) {
    const value = fields[field];
    if (kind === "object" || kind === "list") row[field] = value === undefined ? "" : JSON.stringify(value);
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") row[field] = value;
    else row[field] = isText(kind) ? "" : null;
  }
  if (event.type === "view") Object.assign(row, loadStates(event));
  if (event.type === "error") Object.assign(row, readError(event));
  if (event.type === "resource") {
    const { host, path, path_group, url_query } = urlParts(event.resource_url);
    row.resource_type ||= resourceType(event);
    row.resource_host = host;
    row.resource_path = path;
    row.resource_path_group = path_group;
    row.resource_url_query = url_query;
    row.resource_status_group = event.resource_status ? `${Math.floor(event.resource_status / 100)}xx` : "";
  }
  return row;
}

function isText(kind: Kind): boolean {
  return kind === "id" || kind === "word" || kind === "name" || kind === "text" || kind === "url";
}
