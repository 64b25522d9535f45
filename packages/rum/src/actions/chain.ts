import type { RelativeMs } from "@sojourn/core";

export interface Spot {
  readonly target: unknown;
  readonly at: RelativeMs;
  readonly x: number;
  readonly y: number;
  /** Text was selected by it, as by a double click. */
  readonly selected: boolean;
}

/** A chain of clicks goes on for this long after each, and three within it are rage. */
export const CHAIN_MS = 1000;
const RAGE_CLICKS = 3;
/** Distance in CSS pixels. */
const NEAR = 100;

/** Whether a click goes on with the chain that `last` is the last of. */
export const goesOn = (last: Spot | undefined, { target, at, x, y, selected }: Spot): boolean =>
  !!last &&
  !selected &&
  target === last.target &&
  at - last.at <= CHAIN_MS &&
  Math.hypot(x - last.x, y - last.y) <= NEAR;

/** Whether a person clicked as one does on something that does not answer. */
export const isRage = (clicks: readonly { readonly at: RelativeMs }[]): boolean =>
  clicks.some(({ at }, i) => {
    const third = clicks[i + RAGE_CLICKS - 1];
    return third && third.at - at <= CHAIN_MS;
  });
