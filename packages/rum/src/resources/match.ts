import { remember } from "../remember.js";
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
  done?: true;
}

/**
 * Brings requests and entries together so that each resource is handed on once: a script's request knows its method
 * and status, an entry knows its timings. An answered request waits for its entry, which comes when the body is
 * complete; a failed one does not, as some engines write none for those.
 */
export interface Matcher<E> {
  started(request: ScriptRequest): void;
  /** Without a status there was no such request: only its entry, if it has one, is a resource. */
  ended(request: ScriptRequest): void;
  entry(entry: E): void;
  /** Hands on what has an end or an entry: waiting is over. */
  drain(): void;
}

/** What a request and its entry have in common: the page's policy may have changed http into https on the way. */
export const addressOf = (url: string): string => url.replace(/^https?:|#.*/g, "");

export function createMatcher<E extends EntryLike>(hand: (found: Found<E>) => void): Matcher<E> {
  const pending = new Map<ScriptRequest, Pending<E>>();
  /** Addresses of preloads: a request that is answered out of one has no entry of its own. */
  const preloads = new Map<string, true>();

  function settle(item: Pending<E>): void {
    const { request, entry, address } = item;
    if (entry) pending.delete(request);
    else {
      item.done = true;
      // It came out of a preload, which was handed on already. Each answers one request.
      if (!request.fields.resource_error && preloads.delete(address)) return;
    }
    hand({ entry, request });
  }

  return {
    started(request) {
      remember(pending, MAX_REQUESTS, request, { request, address: addressOf(request.url) });
    },
    ended(request) {
      const item = pending.get(request);
      const entry = item?.entry;
      if (request.status === undefined) {
        pending.delete(request);
        if (entry) hand({ entry });
      } else if (item && (entry || request.fields.resource_error)) settle(item);
    },
    entry(entry) {
      const { initiatorType, startTime } = entry;
      const address = addressOf(entry.name);
      // The latest request before the entry that has none yet. One that seems to be a little after it is so by the clocks, if
      // none is as close before.
      let item: Pending<E> | undefined;
      for (const one of pending.values()) {
        const { kind, startedAt } = one.request;
        if (one.entry || kind !== initiatorType || one.address !== address) continue;
        const close = item && item.request.startedAt >= startTime - TOLERANCE_MS;
        if (startedAt <= startTime + (close ? 0 : TOLERANCE_MS)) item = one;
      }
      if (!item) {
        if (/^(?:link|early-hints)$/.test(initiatorType)) remember(preloads, MAX_PRELOADS, address, true);
        hand({ entry });
        return;
      }
      item.entry = entry;
      if (item.done) pending.delete(item.request);
      else if (item.request.endedAt !== undefined) settle(item);
    },
    drain() {
      for (const item of pending.values()) {
        if (!item.done && (item.entry || item.request.endedAt !== undefined)) settle(item);
      }
    },
  };
}
