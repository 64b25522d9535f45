import type { Interaction } from "./entries.js";

/** The slowest are enough to know the 98th percentile of up to 500 interactions; beyond, it is the slowest kept. */
const MOST = 10;
/** One interaction in so many is left out as an outlier. */
const OUTLIER_IN = 50;

/** One interaction: those of its events that took as long as it did. */
export interface Slow {
  readonly id: number;
  readonly latency: number;
  readonly entries: readonly Interaction[];
}

/** The slowest interactions, slowest first, with one event more. */
export function addInteraction(slowest: readonly Slow[], entry: Interaction): readonly Slow[] {
  const { interactionId: id, duration, startTime } = entry;
  if (!id) return slowest;
  const known = slowest.find((slow) => slow.id === id);
  const longer = !known || duration > known.latency;
  const same = duration === known?.latency && startTime === known.entries[0]?.startTime;
  if (!longer && !same) return slowest;
  const next: Slow = { id, latency: duration, entries: longer ? [entry] : [...(known?.entries ?? []), entry] };
  // Of equal ones the first stays first.
  const all = known ? slowest.map((slow) => (slow === known ? next : slow)) : [...slowest, next];
  return all.sort((a, b) => b.latency - a.latency).slice(0, MOST);
}

/** The one that stands for `count` interactions: about their 98th percentile. https://web.dev/articles/inp */
export const worstOf = (slowest: readonly Slow[], count: number): Slow | undefined =>
  slowest[Math.min(slowest.length - 1, Math.floor(count / OUTLIER_IN))];
