import type { EpochMs, SessionId } from "@sojourn/core";

/** How long a session may last, in milliseconds. */
export interface Limits {
  /** It ends this long after the last activity… */
  readonly idle: number;
  /** …and this long after it began, whatever happens. */
  readonly longest: number;
}

/** Fifteen minutes and four hours. */
export const LIMITS: Limits = { idle: 15 * 60_000, longest: 4 * 60 * 60_000 };

/** Two looks at the wall clock may disagree by this much (other tabs, small corrections) without a jump having happened. */
export const TOLERANCE_MS = 60_000;

/** What one session is in the store: `id=…&created=…&expire=…`, with keys of other versions kept as they are. */
export interface Stored {
  readonly id: SessionId;
  readonly created: EpochMs;
  readonly expire: EpochMs;
  /** Further keys, those of other versions included. They survive a rewrite. */
  readonly rest: Readonly<Record<string, string>>;
}

const PAIR = /^[a-zA-Z]\w{0,31}=[\w.-]{1,128}$/;

/** Reads a value; anything that is not a whole session is `undefined`. Never throws. */
export function parseStored(value: string | undefined): Stored | undefined {
  if (!value || value.length > 2048) return undefined;
  const pairs = value
    .split("&")
    .filter((part) => PAIR.test(part))
    .map((part) => part.split("="));
  const { id, created, expire, ...rest }: Record<string, string> = Object.fromEntries(pairs);
  const begin = Number(created);
  const end = Number(expire);
  if (!id || !Number.isSafeInteger(begin) || !Number.isSafeInteger(end)) return undefined;
  return { id: id as SessionId, created: begin as EpochMs, expire: end as EpochMs, rest };
}

export function serializeStored({ id, created, expire, rest }: Stored): string {
  return Object.entries({ id, created, expire, ...rest })
    .map(([key, content]) => `${key}=${content}`)
    .join("&");
}

/**
 * Whether a stored session may be gone on with. An `expire` beyond the longest life was tampered with and is cut. A clock
 * that stands before the beginning, or before the last write, was set back: then nobody knows how old the session is.
 */
export function isAlive({ created, expire }: Stored, wall: EpochMs, { idle, longest }: Limits): boolean {
  const end = created + longest;
  const lastWrite = expire > end ? created : Math.max(created, expire - idle);
  return wall >= lastWrite - TOLERANCE_MS && wall < Math.min(expire, end);
}
