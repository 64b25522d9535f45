import type { EpochMs } from "../model/units.js";
import type { Answer } from "./post.js";

/** Nobody is kept waiting longer by a header. */
const LONGEST_MS = 3_600_000;

/**
 * Whether the same body may be taken another time. What is neither an intake's yes nor a no, such as the page that a site
 * answers to any address, is no answer.
 */
export const isRetryable = ({ status, json }: Answer): boolean =>
  status < 400 ? status !== 204 && json?.accepted === undefined : status === 408 || status === 429 || status >= 500;

/**
 * Milliseconds that a `Retry-After` header asks for, as seconds or as a date, at most an hour; 0 without a valid one.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(header: string | null, now: EpochMs): number {
  const seconds = Number(header);
  const ms = seconds >= 0 ? seconds * 1000 : Date.parse(header ?? "") - now;
  return Math.min(Math.max(ms || 0, 0), LONGEST_MS);
}
