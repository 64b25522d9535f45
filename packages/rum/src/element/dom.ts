/**
 * Reads of elements that go past the elements themselves. A control named `id` or `parentElement` hides that property
 * of its form, and what is read there is then the control (https://html.spec.whatwg.org/#dom-form-nameditem).
 */
export const tagOf = (element: Element): string => Reflect.get(Element.prototype, "localName", element);
export const attributeOf = (element: Element, name: string): string | null =>
  Element.prototype.getAttribute.call(element, name);
export const matches = (element: Element, css: string): boolean => Element.prototype.matches.call(element, css);

export const parentOf = (node: Node): Element | null => Reflect.get(Node.prototype, "parentElement", node);
export const firstChildOf = (node: Node): ChildNode | null => Reflect.get(Node.prototype, "firstChild", node);
export const nextNodeOf = (node: Node): ChildNode | null => Reflect.get(Node.prototype, "nextSibling", node);
export const previousOf = (element: Element): Element | null =>
  Reflect.get(Element.prototype, "previousElementSibling", element);
export const nextOf = (element: Element): Element | null =>
  Reflect.get(Element.prototype, "nextElementSibling", element);

const LONGEST = 100;
/** Generated names change with every build: one of them would name nothing tomorrow. */
const GENERATED = /\d{3,}|[0-9a-f]{6,}|^:|^css-|^_/i;

/** Whether an id or a class is one that a person gave. */
export const isStable = (name: string | null): name is string =>
  !!name && name.length <= LONGEST && !GENERATED.test(name);
