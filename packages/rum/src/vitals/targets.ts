import { isStable, parentOf } from "../element/dom.js";
import { selectorOf } from "../element/selector.js";
import type { Interaction, Paint, Shift } from "./entries.js";

export interface Targets {
  /** What was painted. */
  ofPaint(entry: Paint): string | undefined;
  /** What a shift moved most. */
  ofShift(shift: Shift): string | undefined;
  /** What a person interacted with. */
  ofInteraction(entries: readonly Interaction[]): string | undefined;
}

const MAX_LENGTH = 512;

/**
 * Which element a vital is about, as the attribution build of `web-vitals` finds it. A selector is kept with its entry: when
 * a later figure is about the same entry, the element may be gone.
 */
export function createTargets(): Targets {
  const known = new WeakMap<PerformanceEntry, string>();

  function target(entry: PerformanceEntry, node: Node | null | undefined, otherwise?: string): string | undefined {
    const element = node instanceof Element ? node : node && parentOf(node);
    const selector = known.get(entry) ?? (element ? selectorOf(element) : otherwise?.slice(0, MAX_LENGTH));
    if (selector) known.set(entry, selector);
    return selector;
  }

  return {
    // The browser still knows the id of an element that is gone.
    ofPaint: (entry) => target(entry, entry.element, isStable(entry.id) ? `#${CSS.escape(entry.id)}` : undefined),
    ofShift(shift) {
      // The source of the largest impact comes first; a text says less than an element.
      const sources = shift.sources ?? [];
      const source = sources.find(({ node }) => node instanceof Element) ?? sources[0];
      return target(shift, source?.node);
    },
    ofInteraction(entries) {
      const [first] = entries;
      const found = entries.find((entry) => entry.target);
      const selector = entries.find((entry) => entry.targetSelector)?.targetSelector;
      return first && target(first, found?.target, selector);
    },
  };
}
