import { attributeOf, isStable, matches, nextOf, parentOf, previousOf, tagOf } from "./dom.js";

/** Attributes that tests and designers keep stable; a selector made of one survives a redesign. */
const STABLE = ["data-testid", "data-test", "data-qa", "data-cy", "data-component", "data-element"];
const MAX_DEPTH = 8;
const MAX_SIBLINGS = 500;
const MAX_VALUE = 100;
const MAX_CLASSES = 1000;
const MAX_LENGTH = 512;

/**
 * A short CSS selector that matches an element, from structure and stable names only: no text, no values. Others may
 * match it too. At most 512 characters; never throws.
 */
export function selectorOf(element: Element): string {
  try {
    const parts: string[] = [];
    for (let node: Element | null = element; node && parts.length < MAX_DEPTH; node = parentOf(node)) {
      const { part, unique } = partOf(node);
      parts.unshift(part);
      if (unique) break;
    }
    // Without its beginning a selector still matches.
    while (parts.length > 1 && parts.join(">").length > MAX_LENGTH) parts.shift();
    return parts.join(">").slice(0, MAX_LENGTH);
  } catch {
    // The page may have replaced what an element is read by.
    return "";
  }
}

function partOf(node: Element): { part: string; unique: boolean } {
  const tag = CSS.escape(tagOf(node));
  for (const name of STABLE) {
    const value = attributeOf(node, name);
    if (value && value.length <= MAX_VALUE) return { part: `${tag}[${name}="${CSS.escape(value)}"]`, unique: true };
  }
  const id = attributeOf(node, "id");
  if (isStable(id)) return { part: `#${CSS.escape(id)}`, unique: true };
  const named = attributeOf(node, "class")?.slice(0, MAX_CLASSES).split(/\s+/).find(isStable);
  const own = named ? `${tag}.${CSS.escape(named)}` : tag;
  const place = placeOf(node, own);
  return { part: place ? `${tag}:nth-of-type(${place})` : own, unique: tag === "body" };
}

/** Which of its type among its siblings, from 1. 0: no other is like it, or there are too many to say. */
function placeOf(node: Element, own: string): number {
  const tag = tagOf(node);
  let left = MAX_SIBLINGS;
  let place = 1;
  let alike = false;
  for (let other = previousOf(node); other; other = previousOf(other)) {
    if (left-- === 0) return 0;
    if (tagOf(other) === tag) place++;
    alike ||= matches(other, own);
  }
  for (let other = nextOf(node); other && !alike && left-- > 0; other = nextOf(other)) alike = matches(other, own);
  return alike ? place : 0;
}
