import { toNs } from "@sojourn/core";
import type { CLSMetric, INPMetric, LCPMetric, MetricType } from "web-vitals";
import type { Measures } from "../views/view.js";

type Navigation = PerformanceNavigationTiming & { readonly activationStart?: number };

const navigationEntry = () => performance.getEntriesByType("navigation")[0] as Navigation | undefined;

const isSoft = ({ navigationType }: MetricType) => navigationType === "soft-navigation";

/** The moment of the document that a metric counts from. */
export const zeroOf = (metric: MetricType): number =>
  isSoft(metric) ? (metric.navigationStartTime ?? 0) : (navigationEntry()?.activationStart ?? 0);

/**
 * Where the time of the largest paint went, after the first byte. A restored page has no parts.
 * https://web.dev/articles/optimize-lcp#lcp_breakdown
 */
export function partsOfPaint(metric: LCPMetric): Measures {
  const entry = metric.entries[metric.entries.length - 1];
  if (!entry) return {};
  const zero = zeroOf(metric);
  const within = (at: number, least: number) => Math.min(Math.max(at - zero, least), metric.value);
  const firstByte = isSoft(metric) ? 0 : within(navigationEntry()?.responseStart ?? 0, 0);
  // The newest that can have been painted then.
  const [resource] = (performance.getEntriesByName(entry.url || "-", "resource") as PerformanceResourceTiming[])
    .filter(({ requestStart, startTime }) => (requestStart || startTime) <= entry.startTime)
    .reverse();
  const asked = within(resource ? resource.requestStart || resource.startTime : 0, firstByte);
  const there = within(resource?.responseEnd ?? 0, asked);
  return {
    largest_contentful_paint_load_delay: toNs(asked - firstByte),
    largest_contentful_paint_load_time: toNs(there - asked),
    largest_contentful_paint_render_delay: toNs(metric.value - there),
  };
}

/** The shift that counts for most of a metric. */
export const largestShift = ({ entries }: CLSMetric): LayoutShift | undefined =>
  entries.reduce<LayoutShift | undefined>((a, b) => (a && a.value > b.value ? a : b), undefined);

/** Durations of events are rounded to this. */
const ROUNDED_MS = 8;

/**
 * Where the time of an interaction went: before its handlers, in them, and until the paint. `events`: the latest that took
 * long, of any kind.
 * https://web.dev/articles/optimize-inp#inp_breakdown
 */
export function partsOfInteraction({ entries }: INPMetric, events: readonly PerformanceEventTiming[]): Measures {
  const [first] = entries;
  if (!first) return {};
  const { startTime, duration } = first;
  // Handlers of other events that led to the same paint count too: a click comes after its `pointerdown`.
  const all = events
    .filter((other) => Math.abs(other.startTime + other.duration - startTime - duration) <= ROUNDED_MS)
    .concat(entries);
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
