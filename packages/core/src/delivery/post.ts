import type { Clock } from "../clock.js";
import { tried } from "../tried.js";
import type { Parcel } from "./parcel.js";
import { retryAfterMs } from "./retry.js";

/** A body that leaves so long after it was made says nothing about clocks. */
const LATE_MS = 5000;

/**
 * Nothing of the page goes along: neither its cookies, which an intake of its own origin would get, nor its address, which may
 * hold what must not be kept.
 */
export const PLAIN = { method: "POST", credentials: "omit", referrerPolicy: "origin" } as const;

/** Does what `fetch` does. */
export type Transport = (url: string, init: RequestInit) => Promise<Response>;

/** What the intake said to a body. */
export interface Answer {
  /** Of HTTP; 0 when no answer came. */
  status: number;
  /** Of the JSON in it; absent where there is none. */
  json?:
    | {
        readonly accepted?: number;
        readonly sample_rate?: number;
        readonly rejected?: readonly { readonly reason: string }[];
        readonly error?: { readonly message: string };
      }
    | undefined;
  /** Milliseconds that it asks to wait. */
  waitMs?: number;
}

/** One request. Rejects when no whole answer came. */
export interface Post {
  send(parcel: Parcel, keepalive: boolean, signal: AbortSignal): Promise<Answer>;
  /** Where a body goes that leaves now. */
  addressOf(parcel: Parcel): string;
}

/** `url`: of the intake, with a query. */
export function createPost(clock: Clock, url: string, transport?: Transport): Post {
  // Taken now: what patches fetch later, ours included, never sees these requests.
  const carry = transport ?? fetch;
  const addressOf = ({ made, late }: Parcel) =>
    late || Math.abs(clock.wall() - made) > LATE_MS ? `${url}&late=1` : url;

  return {
    addressOf,
    async send(parcel, keepalive, signal) {
      const { body } = parcel;
      const init: RequestInit & { priority: string } = { ...PLAIN, body, keepalive, signal, priority: "low" };
      const response = await carry.call(globalThis, addressOf(parcel), init);
      const { status, headers } = response;
      // An answer whose body nobody reads stays counted against Chromium's quota.
      const text = status === 204 ? "" : await response.text();
      return {
        status,
        json: tried(() => JSON.parse(text)),
        waitMs: retryAfterMs(headers.get("Retry-After"), clock.wall()),
      };
    },
  };
}
