import { list } from "@sojourn/core";

/** Texts to be found in something, or expressions that it matches. */
export type Rules = readonly (string | RegExp)[];

/** An option that is a list of such rules. */
export const rules = list<string | RegExp>((rule) => typeof rule === "string" || rule instanceof RegExp);

/** Whether any rule is about this text. An expression that remembers where it was is asked from the start. */
export const matchesAny = (text: string, rules: Rules): boolean =>
  rules.some((rule) => (typeof rule === "string" ? text.includes(rule) : text.search(rule) >= 0));
