import { createLru } from "../lib/lru.js";

/** Pages, and numbers of each, that are remembered. */
const MOST_PAGES = 5_000;
const MOST_NUMBERS = 2_000;

/**
 * Remembers which events were acknowledged lately, to tell a sender how many of a beacon were known already. It decides
 * nothing: the store keeps each event once whatever is remembered here.
 */
export function createRecentEvents() {
  const pages = createLru<Set<number>>(MOST_PAGES);
  return {
    /** Notes the numbers of a page's events; returns how many were known. */
    note(page: string, numbers: readonly number[]): number {
      const known = pages.get(page) ?? new Set<number>();
      let duplicates = 0;
      for (const number of numbers) {
        if (known.has(number)) duplicates += 1;
        else if (known.size < MOST_NUMBERS) known.add(number);
      }
      pages.set(page, known);
      return duplicates;
    },
  };
}
