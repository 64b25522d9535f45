/**
 * JSON of `value`, as if no page had given lists or all objects a `toJSON`: Prototype.js, for one, makes strings of
 * lists with it. An object's own `toJSON`, or its class's, counts as usual.
 *
 * @throws {TypeError} for what JSON cannot carry, such as a BigInt or a circle, and whatever a getter or `toJSON` throws
 */
export const toJson = (value: unknown): string | undefined =>
  JSON.stringify(value, "toJSON" in LIST ? unconverted : undefined);

interface Convertible {
  toJSON?: unknown;
}

/** Not literals: a minifier knows that an empty list, or object, has no `toJSON`. */
const LIST: object & Convertible = Array.prototype;
const THING: Convertible = Object.prototype;

/** What stood there before the page's `toJSON` made something else of it. */
function unconverted(this: Record<string, unknown>, key: string, converted: unknown): unknown {
  const value = this[key];
  const toJSON = (value as Convertible | null | undefined)?.toJSON;
  return toJSON === LIST.toJSON || toJSON === THING.toJSON ? value : converted;
}
