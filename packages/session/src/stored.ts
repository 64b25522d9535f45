import type { EpochMs, SessionId } from "@sojourn/core";

/** A session ends this long after the last activity… */
export const IDLE_MS = 15 * 60_000;
/** …and this long after it began, whatever happens. */
export const LONGEST_MS = 4 * 60 * 60_000;
/** How far another machine-clock setting may put `created` into the future before the value is not believed. */
const TOLERANCE_MS = 60_000;

/** What one session is in the store: `id=…&created=…&expire=…`, with keys of other versions kept as they are. */
export interface Stored {
  id: SessionId;
  created: EpochMs;
  expire: EpochMs;
  /** Keys this version does not know. They survive a rewrite. */
  rest: Readonly<Record<string, string>>;
}

const PAIR = /^([a-zA-Z]\w{0,31})=([\w.-]{1,128})$/;

/** Reads a value; anything that is not a whole session is `undefined`. Never throws. */
export function parseStored(value: string | undefined): Stored | undefined {
  if (!value || value.length > 2048) return undefined;
  const pairs: Record<string, string> = {};
  for (const part of value.split("&")) {
    const [, key, content] = PAIR.exec(part) ?? [];
    if (key && content) pairs[key] = content;
  }
  const { id, created, expire, ...rest } = pairs;
  const times = [Number(created), Number(expire)] as EpochMs[];
  const [begin, end] = times;
  if (!id || begin === undefined || end === undefined || !times.every(Number.isSafeInteger)) return undefined;
  return { id: id as SessionId, created: begin, expire: end, rest };
}

export function serializeStored({ id, created, expire, rest }: Stored): string {
  return Object.entries({ id, created, expire, ...rest })
    .map(([key, content]) => `${key}=${content}`)
    .join("&");
}

/** The moment it ends. A stored value can only shorten a life: neither tampering nor a clock set back makes it longer. */
export const endOf = ({ created, expire }: Stored, now: EpochMs): EpochMs =>
  Math.min(expire, created + LONGEST_MS, now + IDLE_MS) as EpochMs;

export const isAlive = (stored: Stored, now: EpochMs): boolean =>
  stored.created <= now + TOLERANCE_MS && now < endOf(stored, now);
