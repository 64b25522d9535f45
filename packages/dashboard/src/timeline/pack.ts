import type { Span } from "./window.js";

/**
 * A row for each span so that none lies over another: the first row that is free, as long as there are rows.
 * Beyond `max` rows it is the one that is free soonest.
 */
export function packRows(spans: readonly Span[], max: number): { of: number[]; count: number } {
  const free: number[] = [];
  const of = new Array<number>(spans.length).fill(0);
  const order = spans.map((span, index) => ({ span, index })).sort((a, b) => a.span.start - b.span.start);
  for (const { span, index } of order) {
    let row = free.findIndex((end) => end <= span.start);
    if (row < 0) row = free.length < max ? free.length : free.indexOf(Math.min(...free));
    free[row] = Math.max(free[row] ?? 0, span.end);
    of[index] = row;
  }
  return { of, count: free.length };
}
