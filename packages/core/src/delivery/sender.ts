import { guard } from "../guard.js";
import { startLifecycle } from "../page/lifecycle.js";
import type { Scope } from "../scope.js";
import { tried } from "../tried.js";
import { utf8Length } from "./bytes.js";
import { isRetryable, retryAfterMs } from "./retry.js";

/**
 * The browser lets 64 KiB of keepalive bodies be in flight for the whole page, the page's own included. Ours stay
 * under half of it: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch.
 */
export const KEEPALIVE_BYTES = 32 * 1024;

/** What is in flight or waits, together; the oldest that waits goes first. */
const MAX_BYTES = 1024 * 1024;
/** Requests at once: browsers have six HTTP/1.1 connections for an origin, which may be the page's own. Exits do not queue. */
const MAX_IN_FLIGHT = 2;
/** An answer that takes longer is no longer waited for. */
const TIMEOUT_MS = 30_000;
const MAX_TRIES = 6;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

export interface Sender {
  /**
   * Sends a body, and answers how many bytes it has. `exit`: the page may be gone when this returns, so only what
   * outlives it is used. Never throws.
   */
  send(body: string, exit: boolean): number;
  /** The page may be gone, or the scope stop, after this: what still waits leaves by a way that outlives it. */
  exit(): void;
  /** Resolves when nothing is in flight or waiting any more, or the scope has stopped. */
  settled(): Promise<void>;
}

export interface SenderDeps {
  scope: Scope;
  /** Full intake URL, token included. */
  url: string;
  /** 0 ≤ random < 1, for the jitter. */
  random?: () => number;
}

interface Parcel {
  body: string;
  bytes: number;
  tries: number;
  /** A request is out with it that outlives the page. */
  kept?: boolean;
  /** Gives up the request that is out with it: its outcome is unknown, and what is still said of it is not heard. */
  end?: (() => void) | undefined;
}

/**
 * Sends bodies until each is answered. They leave in their order, and all keep the distance that a busy intake asks
 * for; what is sent twice is told apart by the identity of its events.
 */
export function createSender({ scope, url, random = Math.random }: SenderDeps): Sender {
  const { clock } = scope;
  // Taken now: what patches fetch later, ours included, never sees these requests.
  const nativeFetch = fetch;
  // Elsewhere (Firefox before 133) a fetch ends with its page.
  const outlivesPage = "keepalive" in Request.prototype;
  /** Everything that has no final answer, oldest first. */
  const parcels = new Set<Parcel>();
  let keptAlive = 0;
  /** Ordinary requests wait until then. */
  let notBefore = 0;
  let cancelWake = () => {};
  /** Rounds of tries that failed, one after the other. */
  let failures = 0;
  const onSettled: (() => void)[] = [];

  const isOffline = () => navigator.onLine === false;
  const fits = ({ bytes }: Parcel) => keptAlive + bytes <= KEEPALIVE_BYTES;

  function send(body: string, exit: boolean): number {
    const bytes = utf8Length(body);
    if (scope.stopped) return bytes;
    const parcel: Parcel = { body, bytes, tries: 0 };
    parcels.add(parcel);
    dropOldest();
    if (exit) leave(parcel);
    else next();
    return bytes;
  }

  function dropOldest(): void {
    let bytes = 0;
    for (const parcel of parcels) bytes += parcel.bytes;
    for (const parcel of parcels) {
      if (bytes <= MAX_BYTES) return;
      if (parcel.end) continue;
      parcels.delete(parcel);
      bytes -= parcel.bytes;
    }
  }

  /** Sends what waits, as far as it may go now. */
  function next(): void {
    if (parcels.size === 0 || scope.stopped) {
      for (const resolve of onSettled.splice(0)) resolve();
      return;
    }
    // `online` comes back here.
    if (isOffline()) return;
    const waitMs = notBefore - clock.now();
    if (waitMs > 0) {
      cancelWake();
      cancelWake = scope.timer(next, waitMs);
      return;
    }
    // One body asks whether the intake is well again.
    let free = failures ? 1 : MAX_IN_FLIGHT;
    for (const { end } of parcels) if (end) free--;
    for (const parcel of parcels) {
      if (free <= 0) return;
      if (parcel.end) continue;
      free--;
      post(parcel, false);
    }
  }

  /** Tries by a way that outlives the page; what none takes waits, since the page may live on. */
  function leave(parcel: Parcel): void {
    if (outlivesPage && fits(parcel)) {
      parcel.end?.();
      post(parcel, true);
      return;
    }
    // The browser takes a beacon also where it cannot be delivered.
    if (isOffline()) return;
    if (!tried(() => navigator.sendBeacon(url, parcel.body))) {
      pause(FIRST_DELAY_MS);
      return;
    }
    parcel.end?.();
    parcels.delete(parcel);
    next();
  }

  function post(parcel: Parcel, exit: boolean): void {
    const keepalive = fits(parcel);
    const round = failures;
    const abort = new AbortController();
    const end = () => {
      parcel.kept = false;
      parcel.end = undefined;
      if (keepalive) keptAlive -= parcel.bytes;
      cancelTimeout();
      abort.abort();
    };
    const failed = (atLeastMs = 0) => {
      // Nobody's fault, and not the time to count.
      if (isOffline()) return;
      if (!exit && ++parcel.tries >= MAX_TRIES) parcels.delete(parcel);
      // Requests that were out together fail together.
      if (round === failures) failures++;
      const delay = Math.min((FIRST_DELAY_MS / 2) * 2 ** failures, LONGEST_DELAY_MS);
      pause(Math.max(atLeastMs, (delay * (1 + random())) / 2));
    };
    const over = guard(scope.report, (judge: () => void) => {
      if (parcel.end !== end) return;
      end();
      judge();
      next();
    });
    const cancelTimeout = scope.timer(() => over(failed), TIMEOUT_MS);
    parcel.end = end;
    parcel.kept = keepalive;
    if (keepalive) keptAlive += parcel.bytes;
    request(parcel.body, keepalive, abort.signal).then(
      ({ status, headers }) =>
        over(() => {
          if (isRetryable(status)) failed(retryAfterMs(headers.get("Retry-After"), clock.wall()));
          else {
            parcels.delete(parcel);
            failures = 0;
          }
        }),
      () => over(failed),
    );
  }

  async function request(body: string, keepalive: boolean, signal: AbortSignal): Promise<Response> {
    const init: RequestInit & { priority: string } = { method: "POST", body, keepalive, signal, priority: "low" };
    init.credentials = "omit";
    // The page's address may hold what must not be kept; an intake of its own origin would be told all of it.
    init.referrerPolicy = "origin";
    const response = await nativeFetch.call(globalThis, url, init);
    // An answer whose body nobody reads stays counted against Chromium's quota.
    if (response.status !== 204) await response.text();
    return response;
  }

  function pause(ms: number): void {
    notBefore = Math.max(notBefore, clock.now() + ms);
    next();
  }

  startLifecycle(scope).visible.on(({ restored }) => {
    if (!restored) return;
    // Firefox never tells what became of requests that were answered meanwhile.
    for (const parcel of parcels) parcel.end?.();
    next();
  });
  scope.listen(window, ["online"], next);
  scope.add(() => {
    parcels.clear();
    next();
  });

  return {
    send,
    exit() {
      for (const parcel of parcels) if (!parcel.kept) leave(parcel);
    },
    settled: () =>
      new Promise((resolve) => {
        onSettled.push(resolve);
        next();
      }),
  };
}
