import { attributeOf, isMasked, isStable, matches, parentOf, pathOf, read, tagOf } from "./dom.js";

/** Attributes that tests and designers keep stable; a selector made of one survives a redesign. */
const STABLE = ["data-testid", "data-test", "data-qa", "data-cy", "data-component", "data-element"];
const MAX_DEPTH = 8;
const MAX_SIBLINGS = 500;
const MAX_CLASSES = 1000;
const MAX_LENGTH = 512;

/**
 * A short CSS selector that matches an element, from structure and stable names only: no text, no values; where it is
 * masked from structure alone. Others may match it too. At most 512 characters; never throws.
 *
 * @param path the element and all around it; the page may have removed the element since it was clicked
 */
export function selectorOf(element: Element, path: readonly EventTarget[] = pathOf(element)): string {
  try {
    let selector = "";
    let depth = 0;
    for (let node: Element | null = element; node && depth++ < MAX_DEPTH; node = parentOf(node)) {
      const place = path.indexOf(node);
      // What the page has moved since may have been masked then.
      const part = partOf(node, place < 0 || isMasked(path.slice(place)));
      const longer = selector ? `${part}>${selector}` : part;
      // Without its beginning a selector still matches.
      if (longer.length > MAX_LENGTH) break;
      selector = longer;
      // There is one of these.
      if (/^#|\[|^body/.test(part)) break;
    }
    return selector;
  } catch {
    // The page may have replaced what an element is read by.
    return "";
  }
}

function partOf(node: Element, masked: boolean): string {
  const tag = CSS.escape(tagOf(node));
  let own = tag;
  if (!masked) {
    // Stable names need no escape.
    for (const name of STABLE) {
      const value = attributeOf(node, name);
      if (isStable(value)) return `${tag}[${name}="${value}"]`;
    }
    const id = attributeOf(node, "id");
    if (isStable(id)) return `#${id}`;
    const named = attributeOf(node, "class")?.slice(0, MAX_CLASSES).split(/\s+/).find(isStable);
    if (named) own += `.${named}`;
  }
  const place = placeOf(node, own);
  return place ? `${tag}:nth-of-type(${place})` : own;
}

/** Which of its type among its siblings, from 1. 0: no other is like it, or there are too many to say. */
function placeOf(node: Element, own: string): number {
  let left = MAX_SIBLINGS;
  let place = 1;
  let alike = false;
  for (const way of ["previous", "next"]) {
    const step = `${way}ElementSibling`;
    for (let other: Element | null = read(step, node); other; other = read(step, other)) {
      if (!left--) return 0;
      alike ||= matches(other, own);
      if (way === "previous" && tagOf(other) === tagOf(node)) place++;
    }
  }
  return alike ? place : 0;
}
