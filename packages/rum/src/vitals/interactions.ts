import type { Interaction } from "./entries.js";

/** The slowest are enough to know the 98th percentile of up to 500 interactions; beyond, it is the slowest kept. */
const MOST = 10;
/** One interaction in so many is left out as an outlier. */
const OUTLIER_IN = 50;

/** The slowest interactions, slowest first, with one event more: each by the first of its events that took the longest. */
export function addInteraction(slowest: readonly Interaction[], entry: Interaction): readonly Interaction[] {
  const { interactionId: id, duration } = entry;
  const known = slowest.find(({ interactionId }) => interactionId === id);
  if (!id || (known && known.duration >= duration)) return slowest;
  // Of equal ones the first stays first.
  return [...slowest.filter((other) => other !== known), entry].sort((a, b) => b.duration - a.duration).slice(0, MOST);
}

/** The one that stands for `count` interactions: about their 98th percentile. https://web.dev/articles/inp */
export const worstOf = (slowest: readonly Interaction[], count: number): Interaction | undefined =>
  slowest[Math.min(slowest.length - 1, Math.floor(count / OUTLIER_IN))];
