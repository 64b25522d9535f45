import type { View } from "../api/types.js";
import { formatNs, NONE } from "../format/duration.js";
import { formatScore } from "../format/numbers.js";

export type Rating = "good" | "needs-improvement" | "poor";
export type VitalName = "LCP" | "INP" | "CLS" | "FCP" | "TTFB";

interface Vital {
  title: string;
  /** At most this is good. */
  good: number;
  /** More than this is poor. */
  poor: number;
  /** In the unit of the thresholds: ms, or a score for CLS. */
  read: (view: View) => number | undefined;
  format: (view: View) => string;
  /** The element or interaction it is about. */
  target: (view: View) => string | undefined;
}

const ms = (ns: number | undefined) => (ns === undefined ? undefined : ns / 1e6);

/** The web vitals and their thresholds, as of https://web.dev/articles/defining-core-web-vitals-thresholds. */
export const VITALS: Readonly<Record<VitalName, Vital>> = {
  LCP: {
    title: "Largest Contentful Paint",
    good: 2500,
    poor: 4000,
    read: (view) => ms(view.largest_contentful_paint),
    format: (view) => formatNs(view.largest_contentful_paint),
    target: (view) => view.largest_contentful_paint_element_selector,
  },
  INP: {
    title: "Interaction to Next Paint",
    good: 200,
    poor: 500,
    read: (view) => ms(view.interaction_to_next_paint),
    format: (view) => formatNs(view.interaction_to_next_paint),
    target: (view) => view.interaction_to_next_paint_target_selector,
  },
  CLS: {
    title: "Cumulative Layout Shift",
    good: 0.1,
    poor: 0.25,
    read: (view) => view.cumulative_layout_shift,
    format: ({ cumulative_layout_shift: score }) => (score === undefined ? NONE : formatScore(score)),
    target: (view) => view.cumulative_layout_shift_target_selector,
  },
  FCP: {
    title: "First Contentful Paint",
    good: 1800,
    poor: 3000,
    read: (view) => ms(view.first_contentful_paint),
    format: (view) => formatNs(view.first_contentful_paint),
    target: () => undefined,
  },
  TTFB: {
    title: "Time to First Byte",
    good: 800,
    poor: 1800,
    read: (view) => ms(view.first_byte),
    format: (view) => formatNs(view.first_byte),
    target: () => undefined,
  },
};

export const VITAL_NAMES = Object.keys(VITALS) as VitalName[];

/** How a vital of this view stands against its thresholds; `undefined` when it was not measured. */
export function rate(name: VitalName, view: View): Rating | undefined {
  const { read, good, poor } = VITALS[name];
  const value = read(view);
  if (value === undefined) return undefined;
  return value <= good ? "good" : value <= poor ? "needs-improvement" : "poor";
}

export const RATING_WORDS: Readonly<Record<Rating, string>> = {
  good: "good",
  "needs-improvement": "needs improvement",
  poor: "poor",
};
