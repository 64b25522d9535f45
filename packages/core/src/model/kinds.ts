/**
 * What a field of an event can be. Each kind has one bound, and the collector refuses what exceeds it:
 * everything that comes from a browser is hostile.
 */
export const KINDS = {
  /** Identifier: letters, digits, `-` and `_`. */
  id: { json: "string", maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" },
  /** One word out of a short list, such as a method or a protocol. */
  word: { json: "string", maxLength: 64 },
  /** A short text for people. */
  name: { json: "string", maxLength: 512 },
  /** A long text such as a stack. */
  text: { json: "string", maxLength: 16_384 },
  /** A URL without credentials and secrets. */
  url: { json: "string", maxLength: 4096 },
  /** A duration in whole nanoseconds. */
  ns: { json: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  /** Epoch milliseconds. */
  ms: { json: "integer", minimum: 0, maximum: 8_640_000_000_000_000 },
  /** A count that only grows. */
  count: { json: "integer", minimum: 0, maximum: 0xffff_ffff },
  /** A size in bytes. */
  bytes: { json: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  /** A number without a unit, such as a layout shift score. */
  number: { json: "number", minimum: -1e15, maximum: 1e15 },
  /** True or false. */
  flag: { json: "boolean" },
  /** A flat or nested object of the page's own making; bounded as a whole, in UTF-8 bytes of its JSON. */
  object: { json: "object", maxBytes: 16_384 },
  /** A list of objects, such as the scripts of a long animation frame; bounded like an object. */
  list: { json: "array", maxBytes: 16_384 },
} as const;

export type Kind = keyof typeof KINDS;
/** A kind as it stands in a field table: `!` marks a field that must be there. */
export type Spec = Kind | `${Kind}!`;
/** Field name → what it holds. */
export type FieldTable = Readonly<Record<string, Spec>>;

/** The kind of a specification, and whether the field is required. */
export function readSpec(spec: Spec): { kind: Kind; required: boolean } {
  const required = spec.endsWith("!");
  return { kind: (required ? spec.slice(0, -1) : spec) as Kind, required };
}
