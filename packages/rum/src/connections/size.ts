import { utf8Length } from "@sojourn/core";

/** Bytes of a message: as UTF-8 where it is a text. Nothing else is looked at. */
export function sizeOf(message: unknown): number {
  if (typeof message === "string") return utf8Length(message);
  const { byteLength, size } = Object(message) as { byteLength?: unknown; size?: unknown };
  return Number(byteLength ?? size) || 0;
}
