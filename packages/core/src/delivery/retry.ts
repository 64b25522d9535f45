import type { EpochMs } from "../model/units.js";

/** Nobody is kept waiting longer by a header. */
const LONGEST_MS = 3_600_000;

/** Whether the same body may be taken another time. */
export const isRetryable = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * Milliseconds that a `Retry-After` header asks for, as seconds or as a date, at most an hour; 0 without a valid one.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(header: string | null, now: EpochMs): number {
  const seconds = Number(header);
  const ms = seconds >= 0 ? seconds * 1000 : Date.parse(header ?? "") - now;
  return Math.min(Math.max(ms || 0, 0), LONGEST_MS);
}
