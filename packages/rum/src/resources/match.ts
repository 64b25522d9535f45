import type { RelativeMs } from "@sojourn/core";
import type { ScriptRequest } from "../requests/index.js";

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
/** A request that is answered out of a preload, which was begun at most this long before, has no entry of its own. */
export const PRELOADED_MS = 30_000;
/** Requests that are remembered, and preloads; the oldest goes first. */
const MAX_REQUESTS = 500;
const MAX_PRELOADS = 100;
/** Clocks of entries are coarser than ours. */
const TOLERANCE_MS = 2;

interface Pending<E> {
  request: ScriptRequest;
  address: string;
  entry?: E;
  /** Was handed on without an entry; one that comes later belongs to it and is swallowed. */
  done: boolean;
}

/**
 * Brings requests and entries together so that each resource is handed on once: a script's request knows its method
 * and status, an entry knows its timings. Pure: the caller tells the time.
 */
export interface Matcher<E> {
  started(request: ScriptRequest): void;
  ended(request: ScriptRequest): Found<E> | undefined;
  /** There was no such request, or the script has given it up: only its entry, if it has one, is a resource. */
  dropped(request: ScriptRequest): Found<E> | undefined;
  entry(entry: E): Found<E> | undefined;
  /** What has waited long enough; everything that has an end or an entry when `all`. */
  expired(now: RelativeMs, all: boolean): Found<E>[];
  /** When to ask again. */
  nextExpiry(): RelativeMs | undefined;
}

const KINDS: Record<string, ScriptRequest["kind"] | undefined> = { fetch: "fetch", xmlhttprequest: "xhr" };

/** What a request and its entry have in common: the page's policy may have changed http into https on the way. */
export const addressOf = (url: string): string => url.replace(/^https?:|#.*/g, "");

export function createMatcher<E extends EntryLike>(): Matcher<E> {
  const pending: Pending<E>[] = [];
  const preloads: { address: string; at: number }[] = [];

  const expiry = ({ request, done }: Pending<E>): number | undefined =>
    done || request.endedAt === undefined
      ? undefined
      : request.endedAt + (request.status ? WAIT_ANSWERED_MS : WAIT_FAILED_MS);

  function hand(item: Pending<E>): Found<E> {
    item.done = true;
    if (item.entry) forget(item);
    return { entry: item.entry, request: item.request };
  }

  function forget(item: Pending<E>): void {
    pending.splice(pending.indexOf(item), 1);
  }

  const itemOf = (request: ScriptRequest) => pending.find((item) => item.request === request);

  /** The latest request before the entry that has none yet. */
  function find(entry: E): Pending<E> | undefined {
    const kind = KINDS[entry.initiatorType];
    if (!kind) return undefined;
    const address = addressOf(entry.name);
    let best: Pending<E> | undefined;
    for (const item of pending) {
      const { request } = item;
      if (item.entry || request.kind !== kind || item.address !== address) continue;
      if (request.startedAt <= entry.startTime + TOLERANCE_MS) best = item;
    }
    return best;
  }

  /** Whether an answer came out of a preload, which was handed on already. Each preload answers one request. */
  function isPreloaded({ entry, address, request: { startedAt, endedAt = startedAt, status } }: Pending<E>): boolean {
    if (entry || !status) return false;
    const place = preloads.findIndex(
      (preload) => preload.address === address && preload.at <= endedAt && preload.at >= startedAt - PRELOADED_MS,
    );
    return place >= 0 && preloads.splice(place, 1).length > 0;
  }

  return {
    started(request) {
      pending.push({ request, address: addressOf(request.url), done: false });
      if (pending.length > MAX_REQUESTS) pending.shift();
    },
    ended(request) {
      const item = itemOf(request);
      return item?.entry && hand(item);
    },
    dropped(request) {
      const item = itemOf(request);
      if (!item) return undefined;
      forget(item);
      return item.entry && { entry: item.entry };
    },
    entry(entry) {
      const item = find(entry);
      if (!item) {
        if (/^(?:link|early-hints)$/.test(entry.initiatorType)) {
          preloads.push({ address: addressOf(entry.name), at: entry.startTime });
          if (preloads.length > MAX_PRELOADS) preloads.shift();
        }
        return { entry };
      }
      item.entry = entry;
      if (item.done) forget(item);
      return item.done || item.request.endedAt === undefined ? undefined : hand(item);
    },
    expired(now, all) {
      const found: Found<E>[] = [];
      for (const item of [...pending]) {
        const at = expiry(item);
        const due = all ? !item.done && (at !== undefined || item.entry) : at !== undefined && at <= now;
        if (!due) continue;
        if (isPreloaded(item)) item.done = true;
        else found.push(hand(item));
      }
      return found;
    },
    nextExpiry() {
      const times = pending.map(expiry).filter((at) => at !== undefined);
      return times.length ? (Math.min(...times) as RelativeMs) : undefined;
    },
  };
}
