import { utf8Length } from "@sojourn/core";

/** The global context, the view's and a call's own together stay within what an event may carry. */
const MAX_BYTES = 5000;
/** Keys that would change an object's nature instead of being kept in it. */
const RESERVED = /^(?:__proto__|constructor|prototype)$/;

/**
 * What the page gives as a context, as plain data of its own: later changes of the page's object have no effect, and what
 * JSON cannot carry, or is too much, is left out here, where it can be said, and not from every event. `otherwise` is what
 * it is then.
 */
export function copyContext(
  given: unknown,
  report: (error: unknown) => void,
  otherwise: Record<string, unknown> = {},
): Record<string, unknown> {
  if (given === undefined) return {};
  try {
    const json = JSON.stringify(given, (key, value) => {
      if (RESERVED.test(key)) return undefined;
      return typeof value === "bigint" ? String(value) : value;
    });
    const bytes = utf8Length(json);
    if (bytes > MAX_BYTES) throw new RangeError(`context: ${bytes} bytes; at most ${MAX_BYTES} are kept`);
    if (!json.startsWith("{")) throw new TypeError(`context: ${json.slice(0, 40)}; an object is expected`);
    return JSON.parse(json);
  } catch (error) {
    report(error);
    return otherwise;
  }
}
