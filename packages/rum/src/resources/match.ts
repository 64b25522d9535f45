import type { RelativeMs } from "@sojourn/core";
import type { ScriptRequest } from "./requests.js";

/** The part of a PerformanceResourceTiming that matching needs. */
export interface EntryLike {
  readonly name: string;
  readonly startTime: number;
  readonly initiatorType: string;
}

/** A resource is known from its entry, from the script's request, or from both. */
export interface Found<E> {
  entry?: E | undefined;
  request?: ScriptRequest | undefined;
}

/** An answered request waits this long for its entry, which comes when the body is complete… */
export const WAIT_ANSWERED_MS = 10_000;
/** …and a failed one this long: some engines write no entry for those. */
export const WAIT_FAILED_MS = 1000;
/** Requests that are remembered; the oldest goes first. */
const MAX_REQUESTS = 500;
/** Clocks of entries are coarser than ours. */
const TOLERANCE_MS = 2;

interface Pending<E> {
  request: ScriptRequest;
  entry?: E;
  /** Was handed on; an entry that comes later belongs to it and is swallowed. */
  done: boolean;
}

/**
 * Brings requests and entries together so that each resource is handed on once: a script's request knows its method
 * and status, an entry knows its timings. Pure: the caller tells the time.
 */
export interface Matcher<E> {
  started(request: ScriptRequest): void;
  ended(request: ScriptRequest): Found<E> | undefined;
  entry(entry: E): Found<E> | undefined;
  /** What has waited long enough; everything that has an end or an entry when `all`. */
  expired(now: RelativeMs, all: boolean): Found<E>[];
  /** When to ask again. */
  nextExpiry(): RelativeMs | undefined;
}

const KINDS: Record<string, ScriptRequest["kind"] | undefined> = { fetch: "fetch", xmlhttprequest: "xhr" };

export function createMatcher<E extends EntryLike>(): Matcher<E> {
  const pending: Pending<E>[] = [];

  const expiry = ({ request, done }: Pending<E>): number | undefined =>
    done || request.endedAt === undefined
      ? undefined
      : request.endedAt + (request.status ? WAIT_ANSWERED_MS : WAIT_FAILED_MS);

  function hand(item: Pending<E>): Found<E> {
    item.done = true;
    return { entry: item.entry, request: item.request };
  }

  /** The latest request before the entry that has none yet. */
  function find(entry: E): Pending<E> | undefined {
    const kind = KINDS[entry.initiatorType];
    if (!kind) return undefined;
    const [url] = entry.name.split("#");
    let best: Pending<E> | undefined;
    for (const item of pending) {
      const { request } = item;
      if (item.entry || request.kind !== kind || request.url.split("#")[0] !== url) continue;
      if (request.startedAt <= entry.startTime + TOLERANCE_MS) best = item;
    }
    return best;
  }

  return {
    started(request) {
      pending.push({ request, done: false });
      if (pending.length > MAX_REQUESTS) pending.shift();
    },
    ended(request) {
      const item = pending.find((one) => one.request === request);
      return item?.entry && !item.done ? hand(item) : undefined;
    },
    entry(entry) {
      const item = find(entry);
      if (!item) return { entry };
      item.entry = entry;
      if (item.done || item.request.endedAt === undefined) return undefined;
      return hand(item);
    },
    expired(now, all) {
      return pending
        .filter((item) => {
          const at = expiry(item);
          if (all) return !item.done && (at !== undefined || item.entry !== undefined);
          return at !== undefined && at <= now;
        })
        .map(hand);
    },
    nextExpiry() {
      const times = pending.map(expiry).filter((at) => at !== undefined);
      return times.length ? (Math.min(...times) as RelativeMs) : undefined;
    },
  };
}
