import { guard, isVisible, toNs } from "@sojourn/core";
import { navigationEntry, observeEntries, supports } from "../observer.js";
import type { Feature, Sdk } from "../sdk.js";
import type { Measures, View } from "../views/view.js";
import type { Interaction, InteractionPaint, Paint, Shift, SoftNavigation } from "./entries.js";
import { addInteraction, worstOf } from "./interactions.js";
import { partsOfInteraction, partsOfPaint } from "./parts.js";
import { addShift, type Shifts } from "./shifts.js";
import { createTargets } from "./targets.js";

/** Whose definitions the figures follow: of the library that the tests compare them with, as of its package. */
export const DEFINITION = "web-vitals@6.2";

/** Events that took less are no candidates, but for the first input. */
const SLOW_MS = 40;
/** What an interaction takes of which the browser has not told. */
const QUICK_MS = 8;

/** The time that one set of vitals describes: a load, a restored page, or a soft navigation. */
interface Span {
  readonly zero: number;
  readonly soft?: SoftNavigation;
  /** Of a soft navigation, where it led to one. */
  readonly view?: View | undefined;
  /** Interactions that there had been before. */
  readonly before: number;
  /** Something was shown in it: nothing shifts before. */
  painted: boolean;
  shifts: Shifts;
  slowest: readonly Interaction[];
}

/** One interaction makes about ten. */
const MAX_EVENTS = 50;

/**
 * LCP, INP, CLS, FCP and the times of the document's load, each value as it grows. They belong to the view that the
 * document began with. Where the browser sees a route change as a navigation, they end there, and further ones belong to
 * the view of that route.
 */
export const vitals = (): Feature => ({ start: startVitals });

function startVitals({ scope, views, sessions, clean, since, lifecycle }: Sdk) {
  const { clock } = scope;
  const activation = navigationEntry()?.activationStart ?? 0;
  const definition = supports("soft-navigation") ? `${DEFINITION}+soft` : DEFINITION;
  const targetOf = createTargets();
  const known = performance as { interactionCount?: number };
  /** The latest that took long, of any kind. */
  const events: Interaction[] = [];
  let lowestId = Number.POSITIVE_INFINITY;
  let highestId = 0;
  let firstHidden =
    performance
      .getEntriesByType("visibility-state")
      .find(({ name, startTime }) => name === "hidden" && startTime >= activation)?.startTime ??
    (isVisible() ? Number.POSITIVE_INFINITY : 0);
  // What was before a measurement that began anew is nobody's: neither paints of the load nor interactions count then. Else
  // the browser tells of those from before.
  if (since) firstHidden = 0;
  let span = begin({ zero: activation }, !!since, since && interactions());

  /**
   * How many interactions there have been. Browsers that do not count them have their ids seven apart; of quick ones after
   * the last slow one they tell nothing.
   */
  function interactions(): number {
    return known.interactionCount ?? (highestId && (highestId - lowestId) / 7 + 1);
  }

  function begin(given: Pick<Span, "zero" | "soft" | "view">, painted = true, before = interactions()): Span {
    return { ...given, before, painted, shifts: {}, slowest: [] };
  }

  const pathOf = (url = "") => url.split("?")[0];

  function measure(measures: (view: View) => Measures): void {
    const { soft } = span;
    const view = soft ? span.view : views.ofDocument();
    // A session that is over is not added to.
    if (!view || view.session !== sessions.current()) return;
    const next: Measures = { ...measures(view), vitals_definition: definition, soft_navigation: soft && true };
    const { measures: known } = view;
    // It is asked for at every exit, hidden and gone, and what was told already is no reason for another version.
    if (Object.entries(next).every(([name, value]) => known[name as keyof Measures] === value)) return;
    Object.assign(known, next);
    views.changed(view);
  }

  function firstPaint(at: number): void {
    span.painted = true;
    measure(() => ({ first_contentful_paint: toNs(at - span.zero) }));
    measureShifts();
  }

  function largestPaint(at: number, entry?: Paint | null): void {
    // What the browser paints for nobody is not waited for.
    if (at >= firstHidden) return;
    const { zero } = span;
    const value = at - zero;
    measure(() => ({
      largest_contentful_paint: toNs(value),
      ...(entry && {
        largest_contentful_paint_element_selector: targetOf(entry),
        largest_contentful_paint_url: clean.url(entry.url) || undefined,
        ...partsOfPaint(entry, value, zero),
      }),
    }));
  }

  function measureShifts(): void {
    // Where the browser tells of none, that is not 0.
    if (!span.painted || !supports("layout-shift")) return;
    const { worst } = span.shifts;
    measure((view) => ({
      cumulative_layout_shift: Math.round((worst?.value ?? 0) * 1e4) / 1e4,
      ...(worst && {
        cumulative_layout_shift_target_selector: targetOf(worst.largest),
        cumulative_layout_shift_time: toNs(worst.largest.startTime - view.startedAt),
      }),
    }));
  }

  function measureInteractions(): void {
    const count = interactions() - span.before;
    const worst = worstOf(span.slowest, count);
    // The first input of a load is always told of.
    if (!worst && (count <= 0 || span.zero === activation)) return;
    measure((view) => ({
      interaction_to_next_paint: toNs(worst?.duration ?? QUICK_MS),
      ...(worst && {
        interaction_to_next_paint_target_selector: targetOf(worst),
        interaction_to_next_paint_type: worst.name.startsWith("key") ? "keyboard" : "pointer",
        interaction_to_next_paint_time: toNs(worst.startTime - view.startedAt),
        ...partsOfInteraction(worst, events),
      }),
    }));
  }

  function interaction(entry: PerformanceEntry): void {
    const { interactionId: id } = entry as Interaction;
    if (events.push(entry as Interaction) > MAX_EVENTS) events.shift();
    if (!id) return;
    lowestId = Math.min(lowestId, id);
    highestId = Math.max(highestId, id);
    span.slowest = addInteraction(span.slowest, entry as Interaction);
    measureInteractions();
  }

  function interactionPaint(entry: PerformanceEntry): void {
    const { interactionId, largestContentfulPaint } = entry as InteractionPaint;
    if (span.soft && span.soft.interactionId === interactionId)
      largestPaint(largestContentfulPaint?.renderTime ?? 0, largestContentfulPaint);
  }

  const handlers: Record<string, (entry: PerformanceEntry) => void> = {
    navigation(entry) {
      const { responseStart, domInteractive, domContentLoadedEventEnd, domComplete, loadEventEnd } =
        entry as PerformanceNavigationTiming;
      const after = (at: number) => (at > 0 ? toNs(at - activation) : undefined);
      measure(() => ({
        // Some browsers hide it, or give one that lies ahead.
        first_byte: responseStart < clock.now() ? after(responseStart) : undefined,
        dom_interactive: after(domInteractive),
        dom_content_loaded: after(domContentLoadedEventEnd),
        dom_complete: after(domComplete),
        load_event: after(loadEventEnd),
      }));
    },
    paint({ name, startTime }) {
      if (name === "first-contentful-paint" && startTime < firstHidden) firstPaint(startTime);
    },
    "largest-contentful-paint"(entry) {
      if (!span.soft) largestPaint(entry.startTime, entry as Paint);
    },
    "layout-shift"(entry) {
      if ((entry as Shift).hadRecentInput) return;
      span.shifts = addShift(span.shifts, entry as Shift);
      measureShifts();
    },
    event: interaction,
    "first-input": interaction,
    "interaction-contentful-paint": interactionPaint,
    "soft-navigation"(entry) {
      const soft = entry as SoftNavigation;
      measureInteractions();
      const view = views.current();
      const led = pathOf(view?.url) === pathOf(clean.url(soft.name));
      span = begin({ zero: soft.startTime, soft, view: led ? view : undefined });
      firstHidden = Number.POSITIVE_INFINITY;
      firstPaint(soft.presentationTime || soft.paintTime || soft.startTime);
      // The largest until now; later ones come by themselves.
      const largest = soft.getLargestInteractionContentfulPaint?.();
      if (largest) interactionPaint(largest);
    },
  };
  lifecycle.exit.on(() => {
    firstHidden = Math.min(firstHidden, clock.now());
  });
  lifecycle.visible.on(({ restored }) => {
    if (!restored) return;
    span = begin({ zero: clock.now() });
    firstHidden = Number.POSITIVE_INFINITY;
    // A frame's callbacks run before its paint.
    requestAnimationFrame(() =>
      requestAnimationFrame(
        guard(scope.report, () => {
          if (scope.stopped) return;
          const now = clock.now();
          firstPaint(now);
          if (supports("largest-contentful-paint")) largestPaint(now);
        }),
      ),
    );
  });
  const drainEntries = observeEntries(
    scope,
    Object.keys(handlers),
    (entry) => {
      if (entry.startTime >= since) handlers[entry.entryType]?.(entry);
    },
    { durationThreshold: SLOW_MS },
  );
  return {
    drain() {
      drainEntries();
      measureInteractions();
    },
  };
}
