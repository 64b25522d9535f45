/**
 * JSON of `value`, as if no page had given lists or all objects a `toJSON`: Prototype.js, for one, makes strings of
 * lists with it. An object's own `toJSON`, or its class's, counts as usual.
 *
 * @throws {TypeError} for what JSON cannot carry, such as a BigInt or a circle, and whatever a getter or `toJSON` throws
 */
export const toJson = (value: unknown): string | undefined =>
  "toJSON" in LIST ? write(value, []) : JSON.stringify(value);

interface Convertible {
  toJSON?: unknown;
}

/** Not literals: a minifier knows that an empty list, or object, has no `toJSON`. */
const LIST: object & Convertible = Array.prototype;
const THING: Convertible = Object.prototype;

const isOfPage = (toJSON: unknown): boolean => toJSON === LIST.toJSON || toJSON === THING.toJSON;

/** What has a `toJSON` asked: strings, for one, are not, whatever their prototype was given. */
const CONVERTIBLE = /^(?:object|function|bigint)$/;

function write(value: unknown, within: readonly unknown[]): string | undefined {
  let plain = value;
  if (CONVERTIBLE.test(typeof value)) {
    const toJSON = (value as Convertible | null)?.toJSON;
    if (typeof toJSON === "function" && !isOfPage(toJSON)) plain = toJSON.call(value);
  }
  if (typeof plain === "function") return undefined;
  if (typeof plain === "bigint" || within.includes(plain)) throw new TypeError("JSON carries no BigInt and no circle");
  if (typeof plain !== "object" || !plain) return JSON.stringify(plain);
  const path = [...within, plain];
  if (Array.isArray(plain)) return `[${Array.from(plain, (item) => write(item, path) ?? "null").join()}]`;
  const fields: string[] = [];
  for (const [name, field] of Object.entries(plain)) {
    const json = write(field, path);
    if (json !== undefined) fields.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${fields.join()}}`;
}
