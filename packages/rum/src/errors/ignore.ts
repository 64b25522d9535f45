import { matchesAny, type Rules } from "../rules.js";

/** Said by browsers of layouts that are corrected a frame later: of no use to anybody, and often most of all errors. */
const NOISE = "ResizeObserver loop";

/** Whether a message is one of those that are left out. */
export const isIgnored = (message: string, rules: Rules): boolean => matchesAny(message, [NOISE, ...rules]);

/** Whether a stack names scripts of browser extensions and no others. Safari hides which they are. */
export function isOfExtension(stack = ""): boolean {
  const rest = stack.replace(/-(?:extension|masked-url):\/\//g, "");
  return rest !== stack && !rest.includes("://");
}
