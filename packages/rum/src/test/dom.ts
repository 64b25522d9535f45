/** The first element that matches, of a page or a shadow tree; a text with `<` is made the page first. */
export function pick(html: string, root?: ShadowRoot): Element {
  if (!root) document.body.innerHTML = html;
  const css = root ? html : "[data-here]";
  const found = (root ?? document).querySelector(css);
  if (!found) throw new Error(`nothing matches ${css}`);
  return found;
}

/** The path of a click on an element. */
export function pathOf(element: Element): readonly EventTarget[] {
  let path: EventTarget[] = [];
  const look = (event: Event) => {
    path = event.composedPath();
  };
  addEventListener("click", look, { capture: true, once: true });
  element.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
  return path;
}

/** Does to a form what a browser does when a control has each of these names, while `look` runs. */
export function clobbered<T>(form: Element | null, look: () => T): T {
  if (!form) throw new Error("there is no form");
  const control = document.createElement("input");
  const names = Object.keys(Object.getOwnPropertyDescriptors(Element.prototype));
  names.push("parentElement", "firstChild", "nextSibling", "getRootNode");
  for (const name of names) Object.defineProperty(form, name, { value: control, configurable: true });
  try {
    return look();
  } finally {
    for (const name of names) Reflect.deleteProperty(form, name);
  }
}
