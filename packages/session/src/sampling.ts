import { isSampled, type SessionId } from "@sojourn/core";
import type { Stored } from "./stored.js";

/** Percentages of sessions. */
export interface Rates {
  /** Measured from their beginning. */
  readonly session: number;
  /** Of the others: measured once they have an error, with what came right before it. */
  readonly onError: number;
}

/** Names of what is kept with a session. Absent: 100 %, 0 %, no error yet. */
const RATE = "rate";
const ERROR_RATE = "erate";
const HAD_ERROR = "err";

/** When what happens in a session is sent: now, never, or later, if an error comes. */
export type Admission = "now" | "later" | "never";

/**
 * The rates as they are kept with a session from its beginning: a page with other options goes on with them, and every
 * figure can be weighted by the rate under which it was really taken.
 */
export const keepRates = ({ session, onError }: Rates): Stored["rest"] => ({
  ...(session < 100 && { [RATE]: String(session) }),
  ...(onError > 0 && { [ERROR_RATE]: String(onError) }),
});

export const ratesOf = ({ rest }: { rest: Stored["rest"] }): Rates => ({
  session: Number(rest[RATE] ?? 100) || 0,
  onError: Number(rest[ERROR_RATE]) || 0,
});

/** Notes another rate with the session, which all its tabs go by. Of 0, not even an error makes an exception. */
export const rateNotes = (percent: number): [key: string, word: string][] =>
  [RATE, ...(percent > 0 ? [] : [ERROR_RATE])].map((key) => [key, String(percent)]);

/** Notes an error with the session: all its tabs then send everything. */
export const ERROR_NOTE = [HAD_ERROR, "1"] as const;

export function admissionOf(session: { id: SessionId; rest: Stored["rest"] }): Admission {
  const rates = ratesOf(session);
  if (isSampled(session.id, rates.session)) return "now";
  // A draw of its own: the sessions that the first rate left out are not the low end of the second.
  if (!isSampled(`${session.id}.error`, rates.onError)) return "never";
  return session.rest[HAD_ERROR] ? "now" : "later";
}
