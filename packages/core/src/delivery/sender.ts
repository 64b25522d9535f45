import type { Scope } from "../scope.js";
import { utf8Length } from "./bytes.js";

/**
 * The browser lets 64 KiB of keepalive bodies be in flight for the whole page, the page's own included. Ours stay
 * under half of it: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch.
 */
export const KEEPALIVE_BYTES = 32 * 1024;

/** What waits for another try is bounded; the oldest goes first. */
const QUEUE_BYTES = 1024 * 1024;
const MAX_TRIES = 6;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

export interface Sender {
  /** Sends a body. `exit`: the page may be gone when this returns, so only what outlives it is used. Never throws. */
  send(body: string, exit: boolean): void;
  /** Resolves when nothing is in flight or waiting any more. */
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
}

export function createSender({ scope, url, random = Math.random }: SenderDeps): Sender {
  // Taken now: what patches fetch later, ours included, never sees these requests.
  const nativeFetch = fetch;
  const waiting: Parcel[] = [];
  let waitingBytes = 0;
  let inFlight = 0;
  let keptAlive = 0;
  let retryArmed = false;
  let onSettled: (() => void)[] = [];

  function send(body: string, exit: boolean): void {
    post({ body, bytes: utf8Length(body), tries: 0 }, exit);
  }

  function post(parcel: Parcel, exit: boolean): void {
    const keepalive = keptAlive + parcel.bytes <= KEEPALIVE_BYTES;
    if (exit && !keepalive) {
      if (!beacon(parcel.body)) retryLater(parcel);
      return;
    }
    parcel.tries++;
    inFlight++;
    if (keepalive) keptAlive += parcel.bytes;
    request(parcel.body, keepalive)
      .then(
        (response) => judge(parcel, response),
        () => retryLater(parcel),
      )
      .then(() => {
        inFlight--;
        if (keepalive) keptAlive -= parcel.bytes;
        announce();
      }, scope.report);
  }

  async function request(body: string, keepalive: boolean): Promise<Response> {
    const init: RequestInit & { priority: string } = { method: "POST", body, keepalive, priority: "low" };
    init.credentials = "omit";
    const response = await nativeFetch.call(globalThis, url, init);
    // An answer whose body nobody reads stays counted against Chromium's quota.
    if (response.status !== 204) await response.text();
    return response;
  }

  function judge(parcel: Parcel, { status, headers }: Response): void {
    if (status === 408 || status === 429 || status >= 500) {
      retryLater(parcel, Number(headers.get("Retry-After")) * 1000 || 0);
    }
  }

  function retryLater(parcel: Parcel, atLeastMs = 0): void {
    if (parcel.tries >= MAX_TRIES || scope.stopped) return;
    waiting.push(parcel);
    waitingBytes += parcel.bytes;
    while (waitingBytes > QUEUE_BYTES) waitingBytes -= waiting.shift()?.bytes ?? waitingBytes;
    if (retryArmed) return;
    retryArmed = true;
    const backoff = Math.min(FIRST_DELAY_MS * 2 ** Math.max(parcel.tries - 1, 0), LONGEST_DELAY_MS);
    scope.timer(resend, Math.max(atLeastMs, backoff / 2 + (random() * backoff) / 2));
  }

  function resend(): void {
    retryArmed = false;
    waitingBytes = 0;
    for (const parcel of waiting.splice(0)) post(parcel, false);
  }

  function beacon(body: string): boolean {
    try {
      return navigator.sendBeacon(url, body);
    } catch {
      return false;
    }
  }

  function announce(): void {
    if (inFlight || waiting.length) return;
    for (const resolve of onSettled) resolve();
    onSettled = [];
  }

  return {
    send,
    settled: () =>
      new Promise((resolve) => {
        onSettled.push(resolve);
        announce();
      }),
  };
}
