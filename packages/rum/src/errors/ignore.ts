/** Said by browsers of layouts that are corrected a frame later: of no use to anybody, and often most of all errors. */
const NOISE = "ResizeObserver loop";

/** Whether a message is one of those that are left out. A rule that remembers where it was is asked from the start. */
export const isIgnored = (message: string, rules: readonly (string | RegExp)[]): boolean =>
  [NOISE, ...rules].some((rule) => (typeof rule === "string" ? message.includes(rule) : message.search(rule) >= 0));

/** Whether a stack names scripts of browser extensions and no others. Safari hides which they are. */
export function isOfExtension(stack = ""): boolean {
  const rest = stack.replace(/-(?:extension|masked-url):\/\//g, "");
  return rest !== stack && !rest.includes("://");
}
