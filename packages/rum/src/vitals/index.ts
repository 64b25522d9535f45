import { cleanUrl, type RelativeMs, type Scope, toNs } from "@sojourn/core";
import {
  type CLSMetricWithAttribution,
  type FCPMetricWithAttribution,
  type INPMetricWithAttribution,
  type LCPMetricWithAttribution,
  onCLS,
  onFCP,
  onINP,
  onLCP,
  onTTFB,
  type TTFBMetricWithAttribution,
} from "web-vitals/attribution";
import { selectorOf } from "../element/selector.js";
import { observeEntries } from "../observer.js";
import type { Measures, View } from "../views/view.js";

export interface VitalDeps {
  scope: Scope;
  /** The view that stands for the document: the initial one, or the one a restore from the back/forward cache began. */
  documentView(): View | undefined;
  changed(view: View): void;
}

/**
 * LCP, INP, CLS, FCP and TTFB by the `web-vitals` library, each value as it grows. They describe the life of the
 * document, so they belong to the view that the document began with, whatever routes came after.
 */
export function startVitals({ scope, documentView, changed }: VitalDeps): void {
  function measure(measures: Measures): void {
    const view = documentView();
    // The library's observers cannot be taken back; after a stop they lead nowhere.
    if (!view || scope.stopped) return;
    Object.assign(view.measures, measures);
    changed(view);
  }

  const options = {
    reportAllChanges: true,
    generateTarget: (node: Node | null) => (node instanceof Element ? selectorOf(node) : undefined),
  };
  onLCP(
    ({ value, attribution }: LCPMetricWithAttribution) =>
      measure({
        largest_contentful_paint: toNs(value),
        largest_contentful_paint_element_selector: attribution.target,
        largest_contentful_paint_url: attribution.url ? cleanUrl(attribution.url) : undefined,
      }),
    options,
  );
  onCLS(
    ({ value, attribution }: CLSMetricWithAttribution) =>
      measure({
        cumulative_layout_shift: Math.round(value * 1e4) / 1e4,
        cumulative_layout_shift_target_selector: attribution.largestShiftTarget,
      }),
    options,
  );
  onINP(
    ({ value, attribution }: INPMetricWithAttribution) =>
      measure({
        interaction_to_next_paint: toNs(value),
        interaction_to_next_paint_target_selector: attribution.interactionTarget,
        interaction_to_next_paint_type: attribution.interactionType,
      }),
    options,
  );
  onFCP(({ value }: FCPMetricWithAttribution) => measure({ first_contentful_paint: toNs(value) }), options);
  onTTFB(({ value }: TTFBMetricWithAttribution) => measure({ first_byte: toNs(value) }), options);

  observeEntries(scope, "navigation", (entry) => {
    const navigation = entry as PerformanceNavigationTiming & { activationStart?: number };
    const zero = navigation.activationStart ?? 0;
    const since = (at: number) => (at > 0 ? toNs(at - zero) : undefined);
    measure({
      dom_interactive: since(navigation.domInteractive as RelativeMs),
      dom_content_loaded: since(navigation.domContentLoadedEventEnd),
      dom_complete: since(navigation.domComplete),
      load_event: since(navigation.loadEventEnd),
    });
  });
}
