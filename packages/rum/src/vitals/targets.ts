import { closest, isStable } from "../element/dom.js";
import { selectorOf } from "../element/selector.js";
import type { Interaction, Paint, Shift } from "./entries.js";

const MAX_LENGTH = 512;

/**
 * Which element a vital is about, as the attribution build of `web-vitals` finds it. A selector is kept with its entry: when
 * a later figure is about the same entry, the element may be gone.
 */
export function createTargets() {
  const known = new WeakMap<PerformanceEntry, string>();

  return (entry: Paint | Shift | Interaction): string | undefined => {
    const { element, target, targetSelector, sources = [], id } = entry as Partial<Paint & Shift & Interaction>;
    // The source of the largest impact comes first; a text says less than an element.
    const nodes = [element, target, ...sources.map(({ node }) => node)].filter((node) => !!node);
    const node = nodes.find((node) => node instanceof Element) ?? nodes[0];
    const around = node && closest(node, "*");
    // The browser still knows the id of an element that is gone.
    const otherwise = isStable(id ?? "") ? `#${id}` : targetSelector?.slice(0, MAX_LENGTH);
    const selector = known.get(entry) ?? (around ? selectorOf(around) : otherwise);
    if (selector) known.set(entry, selector);
    return selector;
  };
}
