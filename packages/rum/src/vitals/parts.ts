import { toNs } from "@sojourn/core";
import { navigationEntry } from "../observer.js";
import type { Measures } from "../views/view.js";
import type { Interaction, Paint } from "./entries.js";

/**
 * Where the time of the largest paint went, after the first byte: `value` ms after `zero` it was there.
 * https://web.dev/articles/optimize-lcp#lcp_breakdown
 */
export function partsOfPaint({ url, startTime }: Paint, value: number, zero: number): Measures {
  const within = (at: number, least: number) => Math.min(Math.max(at - zero, least), value);
  const firstByte = within(navigationEntry()?.responseStart ?? 0, 0);
  const askedAt = (resource: PerformanceResourceTiming) => resource.requestStart || resource.startTime;
  // The newest that can have been painted then.
  const resource = (performance.getEntriesByName(url || "-", "resource") as PerformanceResourceTiming[])
    .filter((entry) => askedAt(entry) <= startTime)
    .pop();
  const asked = within(resource ? askedAt(resource) : 0, firstByte);
  const there = within(resource?.responseEnd ?? 0, asked);
  return {
    largest_contentful_paint_load_delay: toNs(asked - firstByte),
    largest_contentful_paint_load_time: toNs(there - asked),
    largest_contentful_paint_render_delay: toNs(value - there),
  };
}

/** Durations of events are rounded to this. */
const ROUNDED_MS = 8;

/**
 * Where the time of an interaction went: before its handlers, in them, and until the paint. `events`: the latest that took
 * long, of any kind.
 * https://web.dev/articles/optimize-inp#inp_breakdown
 */
export function partsOfInteraction(entry: Interaction, events: readonly Interaction[]): Measures {
  const { startTime, duration } = entry;
  // Handlers of other events that led to the same paint count too: a click comes after its `pointerdown`.
  const all = events
    .filter((other) => Math.abs(other.startTime + other.duration - startTime - duration) <= ROUNDED_MS)
    .concat(entry);
  const began = Math.max(startTime, Math.min(...all.map((entry) => entry.processingStart)));
  // A dialog can keep handlers busy beyond the paint.
  const painted = Math.max(startTime + duration, began);
  const ended = Math.min(Math.max(...all.map((entry) => entry.processingEnd)), painted);
  return {
    interaction_to_next_paint_input_delay: toNs(began - startTime),
    interaction_to_next_paint_processing_duration: toNs(ended - began),
    interaction_to_next_paint_presentation_delay: toNs(painted - ended),
  };
}
