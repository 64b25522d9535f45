import type { Ns } from "@sojourn/core/model";
import type { VitalField, VitalFigures } from "../api/figures.js";
import { formatNs, NONE } from "../format/duration.js";
import { formatScore } from "../format/numbers.js";

export type Rating = "good" | "needs-improvement" | "poor";

interface Definition {
  name: string;
  title: string;
  /** At most this is good; more than `poor` is poor. Nanoseconds, or a score. */
  good: number;
  poor: number;
}

/** The vitals that are shown, those that count most first, with the thresholds that the collector counts by. */
export const FIELDS: Readonly<Partial<Record<VitalField, Definition>>> = {
  largest_contentful_paint: { name: "LCP", title: "Largest Contentful Paint", good: 2.5e9, poor: 4e9 },
  interaction_to_next_paint: { name: "INP", title: "Interaction to Next Paint", good: 2e8, poor: 5e8 },
  cumulative_layout_shift: { name: "CLS", title: "Cumulative Layout Shift", good: 0.1, poor: 0.25 },
  first_contentful_paint: { name: "FCP", title: "First Contentful Paint", good: 1.8e9, poor: 3e9 },
  first_byte: { name: "TTFB", title: "Time to First Byte", good: 8e8, poor: 1.8e9 },
};

export const FIELD_NAMES = Object.keys(FIELDS) as VitalField[];
/** The three of https://web.dev/articles/vitals */
export const CORE_FIELDS = FIELD_NAMES.slice(0, 3);

export function ratingOf(field: VitalField, value: number | null): Rating | undefined {
  const definition = FIELDS[field];
  if (value === null || !definition) return undefined;
  return value <= definition.good ? "good" : value <= definition.poor ? "needs-improvement" : "poor";
}

export function formatVital(field: VitalField, value: number | null): string {
  if (value === null) return NONE;
  return field === "cumulative_layout_shift" ? formatScore(value) : formatNs(value as Ns);
}

/** Shares of the samples by rating, 0 to 1; all 0 where there are none. */
export function shares({ samples, good, needs_improvement, poor }: VitalFigures): Record<Rating, number> {
  const of = (count: number) => (samples === 0 ? 0 : count / samples);
  return { good: of(good), "needs-improvement": of(needs_improvement), poor: of(poor) };
}
