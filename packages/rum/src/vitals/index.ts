import { cleanUrl, guard, type RelativeMs, type Scope, toNs } from "@sojourn/core";
import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";
import { observeEntries } from "../observer.js";
import type { Feature, Sdk } from "../sdk.js";
import type { Measures } from "../views/view.js";
import { createTargets } from "./targets.js";

/**
 * The library's observers cannot be taken back. They begin once for an SDK, however often that stops and begins again,
 * and lead to the measurement that runs.
 */
interface VitalSource {
  begun?: true;
  measure?: ((measures: Measures) => void) | undefined;
}

/**
 * LCP, INP, CLS, FCP and TTFB by the `web-vitals` library, each value as it grows. They describe the life of the
 * document, so they belong to the view that the document began with, whatever routes came after.
 */
export function vitals(): Feature {
  const source: VitalSource = {};
  return {
    start(sdk) {
      startVitals(sdk, source);
      return undefined;
    },
  };
}

function startVitals({ scope, views, sessions }: Sdk, source: VitalSource): void {
  source.measure = (measures) => {
    const view = views.ofDocument();
    // A session that is over is not added to.
    if (!view || view.session !== sessions.current()) return;
    Object.assign(view.measures, measures);
    views.changed(view);
  };
  scope.add(() => {
    source.measure = undefined;
  });
  observeNavigation(scope, source);
  if (source.begun) return;
  source.begun = true;

  /** What the library calls back must not throw: the error would be the page's. */
  const report = <M>(read: (metric: M) => Measures) =>
    guard(scope.report, (metric: M) => source.measure?.(read(metric)));
  const targets = createTargets();
  const options = { reportAllChanges: true };

  onLCP(
    report((metric) => {
      const url = metric.entries[metric.entries.length - 1]?.url;
      return {
        largest_contentful_paint: toNs(metric.value),
        largest_contentful_paint_element_selector: targets.ofPaint(metric),
        largest_contentful_paint_url: url ? cleanUrl(url) : undefined,
      };
    }),
    options,
  );
  onCLS(
    report((metric) => ({
      cumulative_layout_shift: Math.round(metric.value * 1e4) / 1e4,
      cumulative_layout_shift_target_selector: targets.ofShift(metric),
    })),
    options,
  );
  onINP(
    report((metric) => {
      const [first] = metric.entries;
      return {
        interaction_to_next_paint: toNs(metric.value),
        interaction_to_next_paint_target_selector: targets.ofInteraction(metric),
        interaction_to_next_paint_type: first && (first.name.startsWith("key") ? "keyboard" : "pointer"),
      };
    }),
    options,
  );
  onFCP(
    report(({ value }) => ({ first_contentful_paint: toNs(value) })),
    options,
  );
  onTTFB(
    report(({ value }) => ({ first_byte: toNs(value) })),
    options,
  );
}

function observeNavigation(scope: Scope, source: VitalSource): void {
  observeEntries(scope, "navigation", (entry) => {
    const navigation = entry as PerformanceNavigationTiming & { activationStart?: number };
    const zero = navigation.activationStart ?? 0;
    const since = (at: number) => (at > 0 ? toNs(at - zero) : undefined);
    source.measure?.({
      dom_interactive: since(navigation.domInteractive as RelativeMs),
      dom_content_loaded: since(navigation.domContentLoadedEventEnd),
      dom_complete: since(navigation.domComplete),
      load_event: since(navigation.loadEventEnd),
    });
  });
}
