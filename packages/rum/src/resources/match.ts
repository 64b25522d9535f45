import type { Stop } from "@sojourn/core";
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

/**
 * An answered request waits this long for its entry, which comes when the body is complete: answers that are written
 * bit by bit take their time…
 */
export const WAIT_ANSWERED_MS = 60_000;
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
  done?: true;
  /** Ends the waiting for its entry. */
  stop?: Stop;
}

/**
 * Brings requests and entries together so that each resource is handed on once: a script's request knows its method
 * and status, an entry knows its timings.
 */
export interface Matcher<E> {
  started(request: ScriptRequest): void;
  ended(request: ScriptRequest): void;
  /** There was no such request, or the script has given it up: only its entry, if it has one, is a resource. */
  dropped(request: ScriptRequest): void;
  entry(entry: E): void;
  /** Hands on what has an end or an entry: waiting is over. */
  drain(): void;
}

/** What a request and its entry have in common: the page's policy may have changed http into https on the way. */
export const addressOf = (url: string): string => url.replace(/^https?:|#.*/g, "");

export function createMatcher<E extends EntryLike>(
  timer: (task: () => void, ms: number) => Stop,
  hand: (found: Found<E>) => void,
): Matcher<E> {
  const pending = new Map<ScriptRequest, Pending<E>>();
  /** Entries of preloads, and their addresses. */
  const preloads = new Map<E, string>();

  function settle(item: Pending<E>): void {
    const { request, entry, address, stop } = item;
    const { startedAt, endedAt = startedAt, fields } = request;
    stop?.();
    if (entry) pending.delete(request);
    else {
      item.done = true;
      for (const [preload, its] of fields.resource_error ? [] : preloads) {
        const { startTime } = preload;
        if (its !== address || startTime > endedAt || startTime < startedAt - PRELOADED_MS) continue;
        // It came out of a preload, which was handed on already. Each preload answers one request.
        preloads.delete(preload);
        return;
      }
    }
    hand({ entry, request });
  }

  return {
    started(request) {
      remember(pending, MAX_REQUESTS, request, { request, address: addressOf(request.url) });
    },
    ended(request) {
      const item = pending.get(request);
      if (item?.entry) settle(item);
      else if (item) {
        item.stop = timer(() => settle(item), request.fields.resource_error ? WAIT_FAILED_MS : WAIT_ANSWERED_MS);
      }
    },
    dropped(request) {
      const { entry } = pending.get(request) ?? {};
      pending.delete(request);
      if (entry) hand({ entry });
    },
    entry(entry) {
      const { initiatorType, startTime } = entry;
      const address = addressOf(entry.name);
      // The latest request before the entry that has none yet.
      let item: Pending<E> | undefined;
      for (const one of pending.values()) {
        const { kind, startedAt } = one.request;
        if (one.entry || kind !== initiatorType || one.address !== address) continue;
        if (startedAt <= startTime + TOLERANCE_MS) item = one;
      }
      if (!item) {
        if (/^(?:link|early-hints)$/.test(initiatorType)) remember(preloads, MAX_PRELOADS, entry, address);
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

function remember<K, V>(map: Map<K, V>, most: number, key: K, value: V): void {
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value as K);
}
