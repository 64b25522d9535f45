import { guard, type RelativeMs, toNs } from "@sojourn/core";
import { type MetricType, onCLS, onFCP, onINP, onLCP } from "web-vitals";
import { observeEntries, supports } from "../observer.js";
import type { Feature, Sdk } from "../sdk.js";
import type { Measures, View } from "../views/view.js";
import { largestShift, partsOfInteraction, partsOfPaint } from "./parts.js";
import { createTargets } from "./targets.js";

/** What the figures are measured by: the library's major and minor version, as of its package; a test compares. */
export const DEFINITION = "web-vitals@6.2";

/** One interaction makes about ten. */
const MAX_EVENTS = 50;

/**
 * The library's observers cannot be taken back. They begin once for an SDK, however often that stops and begins again,
 * and lead to the measurement that runs.
 */
interface VitalSource {
  begun?: true;
  /** The latest events that took long, in the browser's eyes: 104 ms. */
  readonly events: PerformanceEventTiming[];
  measure?: ((read: (view: View) => Measures, metric?: MetricType) => void) | undefined;
}

/**
 * LCP, INP, CLS and FCP by the `web-vitals` library, each value as it grows. They describe the life of the document, so
 * they belong to the view that the document began with. Where the browser sees a route change as a navigation, they end
 * there, and further ones belong to the view of that route.
 */
export function vitals(): Feature {
  const source: VitalSource = { events: [] };
  return {
    start(sdk) {
      startVitals(sdk, source);
      return undefined;
    },
  };
}

function startVitals({ scope, views, sessions, clean }: Sdk, source: VitalSource): void {
  const definition = supports("soft-navigation") ? `${DEFINITION}+soft` : DEFINITION;

  function viewOf({ navigationType, navigationStartTime = 0, navigationURL = "" }: Partial<MetricType>) {
    if (navigationType !== "soft-navigation") return views.ofDocument();
    // It begins with the interaction; the view, a moment later, with the address that this led to.
    const view = views.after(navigationStartTime as RelativeMs);
    return view && view.url.split("?")[0] === clean.url(navigationURL).split("?")[0] ? view : undefined;
  }

  source.measure = (read, metric = {} as MetricType) => {
    const view = viewOf(metric);
    // A session that is over is not added to.
    if (!view || view.session !== sessions.current()) return;
    Object.assign(view.measures, read(view));
    if (metric.name) view.measures.vitals_definition = definition;
    if (metric.navigationType === "soft-navigation") view.measures.soft_navigation = true;
    views.changed(view);
  };
  scope.add(() => {
    source.measure = undefined;
  });
  observeEntries(scope, "navigation", (entry) => {
    const navigation = entry as PerformanceNavigationTiming & { activationStart?: number };
    const zero = navigation.activationStart ?? 0;
    const since = (at: number) => (at > 0 ? toNs(at - zero) : undefined);
    source.measure?.(() => ({
      // Some browsers hide it, or give one that lies ahead.
      first_byte: navigation.responseStart < scope.clock.now() ? since(navigation.responseStart) : undefined,
      dom_interactive: since(navigation.domInteractive),
      dom_content_loaded: since(navigation.domContentLoadedEventEnd),
      dom_complete: since(navigation.domComplete),
      load_event: since(navigation.loadEventEnd),
    }));
  });
  observeEntries(scope, "event", (entry) => {
    if (source.events.push(entry as PerformanceEventTiming) > MAX_EVENTS) source.events.shift();
  });
  if (source.begun) return;
  source.begun = true;

  /** What the library calls back must not throw: the error would be the page's. */
  const report = <M extends MetricType>(read: (metric: M, view: View) => Measures) =>
    guard(scope.report, (metric: M) => source.measure?.((view) => read(metric, view), metric));
  const targets = createTargets();
  const options = { reportAllChanges: true, reportSoftNavs: true };

  onLCP(
    report((metric) => {
      const url = metric.entries[metric.entries.length - 1]?.url;
      return {
        largest_contentful_paint: toNs(metric.value),
        largest_contentful_paint_element_selector: targets.ofPaint(metric),
        largest_contentful_paint_url: url ? clean.url(url) : undefined,
        ...partsOfPaint(metric),
      };
    }),
    options,
  );
  onCLS(
    report((metric, view) => {
      const largest = largestShift(metric);
      return {
        cumulative_layout_shift: Math.round(metric.value * 1e4) / 1e4,
        cumulative_layout_shift_target_selector: targets.ofShift(largest),
        cumulative_layout_shift_time: largest && toNs(largest.startTime - view.startedAt),
      };
    }),
    options,
  );
  onINP(
    report((metric, view) => {
      const [first] = metric.entries;
      return {
        interaction_to_next_paint: toNs(metric.value),
        interaction_to_next_paint_target_selector: targets.ofInteraction(metric),
        interaction_to_next_paint_type: first && (first.name.startsWith("key") ? "keyboard" : "pointer"),
        interaction_to_next_paint_time: first && toNs(first.startTime - view.startedAt),
        ...partsOfInteraction(metric, source.events),
      };
    }),
    options,
  );
  onFCP(
    report(({ value }) => ({ first_contentful_paint: toNs(value) })),
    options,
  );
}
