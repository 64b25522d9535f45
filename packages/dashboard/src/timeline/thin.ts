import { type Span, shareOf } from "./window.js";

/** Places side by side that an eye can tell apart on a wide screen. */
const PLACES = 1000;

/**
 * Without what would be drawn on a spot that is taken: things of one `row` that begin within the same thousandth of the
 * window and are no longer than that. A session of ten thousand events stays drawable, and looks the same.
 */
export function thin<T extends Span>(things: readonly T[], window: Span, row: (thing: T) => string | number): T[] {
  const taken = new Set<string>();
  const place = (window.end - window.start) / PLACES;
  return things.filter((thing) => {
    if (thing.end - thing.start > place) return true;
    const spot = `${row(thing)} ${Math.floor(shareOf(thing.start, window) * PLACES)}`;
    if (taken.has(spot)) return false;
    taken.add(spot);
    return true;
  });
}
