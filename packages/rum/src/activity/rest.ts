import type { RelativeMs } from "@sojourn/core";

/** A request that is open for longer, such as a stream or a long poll, is no work of the page's any more. */
export const LONGEST_REQUEST_MS = 10_000;

/** Somebody waits for the page to come to rest. */
export interface Waiting {
  /** Requests count that began after this. */
  readonly from: RelativeMs;
  /** When watching began. */
  readonly began: RelativeMs;
  /** Milliseconds after `from` until it is given up. */
  readonly longest: number;
}

/**
 * When the page is at rest, as far as is known: nothing happened for `quiet` milliseconds, and no request is open.
 *
 *     from  began       last                rest
 *      │      │   · ·· ·  ·                   │
 *      └──────┴──────[ open request ]─────────┘
 *                                   ├─ quiet ─┤
 *
 * @param last when something happened last, whenever that was
 * @param open when each open request began
 */
export function restAt(
  { from, began, longest }: Waiting,
  last: RelativeMs,
  open: readonly RelativeMs[],
  quiet: number,
): RelativeMs {
  const held = open.filter((at) => at >= from).map((at) => at + LONGEST_REQUEST_MS);
  return Math.min(Math.max(began + quiet, last + quiet, ...held), from + longest) as RelativeMs;
}
