/** Deepest nesting that is kept of a value; JSON.stringify and the reader of a page's own objects both recurse. */
const MAX_DEPTH = 32;
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);
const LONE_SURROGATE = /\p{Surrogate}/u;

export interface Flaw {
  field: string;
  reason: string;
}

/**
 * Walks a parsed JSON value: reserved names are flaws. In place, lone surrogates, which UTF-8 cannot carry, are replaced
 * by U+FFFD, and what is nested too deep by null: a context that holds such a thing is in every event of its page.
 *
 * @returns the first flaw, or undefined.
 */
export function clean(value: unknown, path = "", depth = 0): Flaw | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    const field = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    if (RESERVED.has(key)) return { field, reason: "is a reserved name" };
    const child = object[key];
    if (typeof child === "string") {
      if (LONE_SURROGATE.test(child)) object[key] = wellFormed(child);
    } else if (depth === MAX_DEPTH && typeof child === "object") {
      object[key] = null;
    } else {
      const flaw = clean(child, field, depth + 1);
      if (flaw) return flaw;
    }
    if (!Array.isArray(value) && LONE_SURROGATE.test(key)) {
      object[wellFormed(key)] = object[key];
      delete object[key];
    }
  }
  return undefined;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
