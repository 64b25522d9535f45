/**
 * Reads of elements that go past the elements themselves. A control named `id` or `parentElement` hides that property
 * of its form, and what is read there is then the control (https://html.spec.whatwg.org/#dom-form-nameditem).
 */
export const read = (name: string, node: Node) => Reflect.get(Element.prototype, name, node);
const call = (name: string, node: Node, given?: string) => read(name, node).call(node, given);

export const tagOf = (element: Element): string => read("localName", element);
export const attributeOf = (element: Element, name: string): string | null => call("getAttribute", element, name);
export const matches = (element: Element, css: string): boolean => call("matches", element, css);

export const parentOf = (node: Node): Element | null => read("parentElement", node);
/** The nearest element that matches, `node` itself included, within its tree. */
export const closest = (node: Node, css: string): Element | null => {
  const element = node instanceof Element ? node : parentOf(node);
  return element && call("closest", element, css);
};

/** A word of letters, digits, `-` and `_`, so no address, no sentence, nothing that a framework escapes… */
const WORD = /^[a-z][\w-]{0,39}$/i;
/** …and no number or hash in it: those are a person's, or change with every build. */
const GENERATED = /\d{3}|(?=[a-f]*\d)[\da-f]{6}|^css-/i;

/** Whether an id, a class or the value of an attribute is one that a developer wrote. */
export const isStable = (name: string | null): name is string => !!name && WORD.test(name) && !GENERATED.test(name);

export const elementsOf = (path: readonly EventTarget[]): Element[] => path.filter((node) => node instanceof Element);

/** What is around an element, itself included, across the borders of shadow trees. */
export function pathOf(element: Element): Element[] {
  const path = [];
  for (let node: Element | undefined | null = element; node; ) {
    path.push(node);
    node = parentOf(node) ?? (call("getRootNode", node) as ShadowRoot).host;
  }
  return path;
}

/** The value of an attribute on the nearest element of a path where it is one of those that are `known`. */
export const nearest = (path: readonly EventTarget[], name: string, known = /^/): string | null | undefined =>
  elementsOf(path)
    .map((element) => attributeOf(element, name))
    .find((value) => value !== null && known.test(value));

/**
 * Whether what stands here is kept out of events. The nearest `data-sojourn-privacy` decides that is `mask` or `allow`.
 * `path`: the element and all around it.
 */
export const isMasked = (path: readonly EventTarget[]): boolean =>
  nearest(path, "data-sojourn-privacy", /^(mask|allow)$/) === "mask";
