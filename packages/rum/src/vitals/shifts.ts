import type { Shift } from "./entries.js";

/** A window goes on while its shifts are less than this apart… */
const APART_MS = 1000;
/** …and for less than this. */
const LONGEST_MS = 5000;

interface Window {
  readonly value: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The shift that counts for most of it. */
  readonly largest: Shift;
}

/** Layout shifts so far: the window that goes on, and the worst there was. */
export interface Shifts {
  readonly open?: Window;
  readonly worst?: Window;
}

/**
 * Takes one shift into account. The score is that of the worst window: shifts right after one another are one
 * experience. What follows an input is expected. https://web.dev/articles/cls
 */
export function addShift({ open, worst }: Shifts, shift: Shift): Shifts {
  const { value, startTime } = shift;
  const goesOn = open && startTime - open.lastAt < APART_MS && startTime - open.firstAt < LONGEST_MS;
  const { firstAt, largest, value: before } = goesOn ? open : { firstAt: startTime, largest: shift, value: 0 };
  const next: Window = {
    value: before + value,
    firstAt,
    lastAt: startTime,
    largest: largest.value > value ? largest : shift,
  };
  return { open: next, worst: worst && worst.value >= next.value ? worst : next };
}
