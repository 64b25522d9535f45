import type { SessionBlock, ViewContext } from "@sojourn/core/model";
import type { Row } from "./events.js";
import { type LogRecord, RETENTION_DAYS } from "./record.js";
import { urlParts } from "./url.js";

/** Later than any view starts: an unknown first view must lose against a known one. 2200-01-01. */
const NEVER_BEFORE = 7_258_118_400_000;
const NEVER_AFTER = 0;

/** The row of a session block. Rows of one page combine by min and max, see the migration. */
export function sessionPageRow(record: LogRecord, session: SessionBlock, index: number): Row {
  const { page, client } = record;
  return {
    application_id: record.application_id,
    session_id: session.session_id,
    page_id: page.page_id,
    page_started_at: page.page_started_at,
    received_at: record.received_at,
    created_at: session.session_created_at,
    active_until_at: session.session_active_until_at,
    synthetics: session.session_type === "synthetics" ? 1 : 0,
    has_replay: session.session_has_replay ? 1 : 0,
    confirmed: session.confirmed === false ? 0 : 1,
    bot: client.bot ? 1 : 0,
    sample_rate: session.session_sample_rate ?? 100,
    on_error_sample_rate: session.session_on_error_sample_rate ?? 0,
    sampled_for_error_session: session.sampled_for_error_session ? 1 : 0,
    synthetics_test_id: session.synthetics_test_id ?? "",
    synthetics_result_id: session.synthetics_result_id ?? "",
    view_count: session.session_view_count,
    error_count: session.session_error_count,
    resource_count: session.session_resource_count,
    action_count: session.session_action_count,
    long_task_count: session.session_long_task_count,
    first_view: viewTuple(viewAt(record, session.first_view), session, NEVER_BEFORE),
    last_view: viewTuple(viewAt(record, session.last_view), session, NEVER_AFTER),
    client: {
      at: record.received_at,
      ip: client.ip,
      country: client.country,
      browser: client.browser,
      browser_version: client.browser_version,
      os: client.os,
      os_version: client.os_version,
      device: client.device,
    },
    user: lastUser(record, index),
    // The browser's, and so the same for all users of the page.
    visitor_id: record.users.find(({ visitor_id }) => visitor_id !== undefined)?.visitor_id ?? "",
    service: page.service ?? "",
    env: page.env ?? "",
    version: page.version ?? "",
    retention_days: record.retention_days ?? RETENTION_DAYS,
  };
}

function viewAt(record: LogRecord, index: number | undefined): ViewContext | undefined {
  return index === undefined ? undefined : record.views[index];
}

function viewTuple(view: ViewContext | undefined, session: SessionBlock, absentAt: number): Row {
  const url = urlParts(view?.view_url ?? "", view?.view_path_group);
  return {
    started_at: view?.view_started_at ?? absentAt,
    id: view?.view_id ?? "",
    url: view?.view_url ?? "",
    ...url,
    name: view?.view_name ?? "",
    referrer: session.session_referrer ?? "",
  };
}

/** The user of the session's latest event in this beacon that has one. */
function lastUser(record: LogRecord, session: number): Row {
  let at = 0;
  let found = { at, id: "", name: "", email: "" };
  for (const event of record.events) {
    const user = record.users[event.u ?? 0];
    if ((event.s ?? 0) !== session || user?.user_id === undefined || event.date < at) continue;
    at = event.date;
    found = { at, id: user.user_id, name: user.user_name ?? "", email: user.user_email ?? "" };
  }
  return found;
}
