/** Texts to be found in something, or expressions that it matches. */
export type Rules = readonly (string | RegExp)[];

/** An option that is a list of such rules. */
export const rules = {
  accepts: "a list of texts and regular expressions",
  check: (value: unknown): value is Rules =>
    Array.isArray(value) && value.every((rule) => typeof rule === "string" || rule instanceof RegExp),
  fallback: [] as Rules,
};

/** Whether any rule is about this text. An expression that remembers where it was is asked from the start. */
export const matchesAny = (text: string, rules: Rules): boolean =>
  rules.some((rule) => (typeof rule === "string" ? text.includes(rule) : text.search(rule) >= 0));
