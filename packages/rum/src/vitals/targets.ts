import { closest, isStable } from "../element/dom.js";
import { selectorOf } from "../element/selector.js";
import type { Interaction, Paint, Shift } from "./entries.js";

export interface Targets {
  /** What was painted. */
  ofPaint(entry: Paint): string | undefined;
  /** What a shift moved most. */
  ofShift(shift: Shift): string | undefined;
  /** What a person interacted with. */
  ofInteraction(entry: Interaction): string | undefined;
}

const MAX_LENGTH = 512;

/**
 * Which element a vital is about, as the attribution build of `web-vitals` finds it. A selector is kept with its entry: when
 * a later figure is about the same entry, the element may be gone.
 */
export function createTargets(): Targets {
  const known = new WeakMap<PerformanceEntry, string>();

  /** Of the first that is an element, or of what is around the first. */
  function target(
    entry: PerformanceEntry,
    nodes: readonly (Node | null | undefined)[],
    otherwise?: string,
  ): string | undefined {
    const node = nodes.find((node) => node instanceof Element) ?? nodes[0];
    const element = node && closest(node, "*");
    const selector = known.get(entry) ?? (element ? selectorOf(element) : otherwise?.slice(0, MAX_LENGTH));
    if (selector) known.set(entry, selector);
    return selector;
  }

  return {
    // The browser still knows the id of an element that is gone.
    ofPaint: (entry) => target(entry, [entry.element], isStable(entry.id) ? `#${entry.id}` : undefined),
    // The source of the largest impact comes first; a text says less than an element.
    ofShift: (shift) =>
      target(
        shift,
        (shift.sources ?? []).map(({ node }) => node),
      ),
    ofInteraction: (entry) => target(entry, [entry.target], entry.targetSelector),
  };
}
