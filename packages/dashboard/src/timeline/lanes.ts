import type { EpochMs } from "@sojourn/core/model";
import type { EventOf, SessionDetail, SessionEvent, View } from "../api/types.js";
import { eventKey } from "../events/key.js";
import { packRows } from "./pack.js";
import type { Span } from "./window.js";

/** A resource as a bar of the waterfall. */
export interface Bar extends Span {
  key: string;
  event: EventOf<"resource">;
  /** Row in the packed waterfall, from 0. */
  row: number;
}

/** A long task, drawn over the whole height of its lane. */
export interface Block extends Span {
  key: string;
  event: EventOf<"long_task">;
}

/** A moment, begun and ended at once: a click, an error, a vital, a custom timing. */
export interface Mark extends Span {
  key: string;
  kind: "action" | "error" | "vital" | "other";
  /** Set where the mark is no event but a figure of the view, such as its LCP. */
  label?: string;
  event?: SessionEvent;
}

/** One view with what happened in it. All times are ms after the session's beginning. */
export interface Lane extends Span {
  key: string;
  /** Absent for events that belong to no known view. */
  view?: View;
  /** When the view had settled. */
  loaded?: number;
  /** The number of the browser tab, from 1; absent when there is only one. */
  tab?: number;
  bars: readonly Bar[];
  /** Rows of the packed waterfall. */
  rows: number;
  blocks: readonly Block[];
  marks: readonly Mark[];
}

export interface Timeline extends Span {
  /** The zero of all times here. */
  origin: EpochMs;
  lanes: readonly Lane[];
}

/** Rows of a packed waterfall; what does not fit lies over others. */
const MAX_ROWS = 6;
const OUTSIDE = "outside";

/** Groups a session's events by view, each with a place in time. */
export function buildTimeline({ session, views, events }: SessionDetail): Timeline {
  const origin = firstMoment(session.date, views, events);
  const since = (date: number) => date - origin;

  const byView = new Map<string, SessionEvent[]>(views.map((view) => [view.view_id, []]));
  const outside: SessionEvent[] = [];
  for (const event of events) (byView.get(event.view_id ?? "") ?? outside).push(event);

  const tabs = [...new Set(views.map((view) => view.tab_id ?? view.page_id))];
  const lanes = views.map((view): Lane => {
    const lane = fillLane(view.view_id, byView.get(view.view_id) ?? [], since, viewMarks(view, since(view.date)));
    const start = since(view.date);
    return {
      ...lane,
      view,
      start,
      end: Math.max(start + (view.time_spent ?? 0) / 1e6, lane.end),
      ...(view.loading_time === undefined ? {} : { loaded: start + view.loading_time / 1e6 }),
      ...(tabs.length > 1 ? { tab: tabs.indexOf(view.tab_id ?? view.page_id) + 1 } : {}),
    };
  });
  if (outside.length > 0) lanes.push(fillLane(OUTSIDE, outside, since, []));

  const end = Math.max(since(session.date) + session.time_spent / 1e6, ...lanes.map((lane) => lane.end), 1);
  return { origin, start: 0, end, lanes };
}

function firstMoment(date: EpochMs, views: readonly View[], events: readonly SessionEvent[]): EpochMs {
  const moments = [date, views[0]?.date ?? date, events[0]?.date ?? date].filter((moment) => moment > 0);
  return Math.min(...moments) as EpochMs;
}

function fillLane(
  key: string,
  events: readonly SessionEvent[],
  since: (date: number) => number,
  own: readonly Mark[],
): Lane {
  const bars: Omit<Bar, "row">[] = [];
  const blocks: Block[] = [];
  const marks: Mark[] = [...own];
  for (const event of events) {
    const start = since(event.date);
    const key = eventKey(event);
    if (event.type === "resource") bars.push({ key, event, start, end: start + (event.duration ?? 0) / 1e6 });
    else if (event.type === "long_task") blocks.push({ key, event, start, end: start + (event.duration ?? 0) / 1e6 });
    else marks.push({ key, event, kind: event.type, start, end: start });
  }
  const rows = packRows(bars, MAX_ROWS);
  const spans: readonly Span[] = [...bars, ...blocks, ...marks];
  return {
    key,
    start: spans.reduce((first, span) => Math.min(first, span.start), Number.POSITIVE_INFINITY),
    end: spans.reduce((last, span) => Math.max(last, span.end), 0),
    bars: bars.map((bar, i) => ({ ...bar, row: rows.of[i] ?? 0 })),
    rows: rows.count,
    blocks,
    marks,
  };
}

/** What the view itself tells about moments of its life. */
function viewMarks(view: View, start: number): Mark[] {
  const vital = (label: string, ns: unknown): Mark[] => {
    if (typeof ns !== "number") return [];
    const at = start + ns / 1e6;
    return [{ key: `${view.view_id}:${label}`, kind: "vital", label, start: at, end: at }];
  };
  return [
    ...vital("FCP", view.first_contentful_paint),
    ...vital("LCP", view.largest_contentful_paint),
    ...Object.entries(view.custom_timings ?? {}).flatMap(([name, ns]) => vital(name, ns)),
  ];
}
