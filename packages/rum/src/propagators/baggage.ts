import type { Propagator, Trace } from "../tracing/propagator.js";

const KEYS = {
  "session.id": ({ session }: Trace) => session,
  "user.id": ({ user }: Trace) => user.user_id,
  "account.id": ({ user }: Trace) => user.account_id,
};

/** What `baggage` may carry. */
export type BaggageKey = keyof typeof KEYS;

/**
 * A header `baggage` with the ids of session, user and account that are listed here, and no others. What the application
 * put into the header itself stays in front of them. https://www.w3.org/TR/baggage/
 */
export const baggage =
  (keys: readonly BaggageKey[]): Propagator =>
  (trace): Record<string, string> => {
    const members = keys.flatMap((key) => {
      const value = Object.keys(KEYS).includes(key) && KEYS[key](trace);
      return value ? `${key}=${encodeURIComponent(value)}` : [];
    });
    return members.length ? { baggage: members.join(",") } : {};
  };
