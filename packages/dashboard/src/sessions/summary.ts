import type { EpochMs } from "@sojourn/core/model";
import type { SessionItem } from "../api/types.js";

/** A session counts as live while its last activity is at most this old. */
export const LIVE_MS = 60_000;

/** The last moment the session is known to have been lived in. */
export const lastActive = (session: SessionItem): EpochMs => (session.date + session.time_spent / 1e6) as EpochMs;

export const isLive = (session: SessionItem, now: number): boolean => now - lastActive(session) < LIVE_MS;

export interface Summary {
  sessions: number;
  live: number;
  views: number;
  errors: number;
  /** Sessions with at least one error. */
  withErrors: number;
}

/** Sums of the rows that are loaded, and of nothing else. */
export function summarize(items: readonly SessionItem[], now: number): Summary {
  const sum: Summary = { sessions: items.length, live: 0, views: 0, errors: 0, withErrors: 0 };
  for (const item of items) {
    if (isLive(item, now)) sum.live++;
    if (item.session_error_count > 0) sum.withErrors++;
    sum.views += item.session_view_count;
    sum.errors += item.session_error_count;
  }
  return sum;
}

export interface Bucket {
  start: number;
  sessions: number;
  withErrors: number;
}

/** Sessions by the time they began, in `count` equal parts of [from, to). */
export function histogram(items: readonly SessionItem[], from: number, to: number, count: number): Bucket[] {
  const width = (to - from) / count;
  const buckets = Array.from({ length: count }, (_, i) => ({ start: from + i * width, sessions: 0, withErrors: 0 }));
  for (const item of items) {
    const bucket = buckets[Math.floor((item.date - from) / width)];
    if (bucket === undefined) continue;
    bucket.sessions++;
    if (item.session_error_count > 0) bucket.withErrors++;
  }
  return buckets;
}
