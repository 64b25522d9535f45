/** A stretch of a session, in ms after its beginning. */
export interface Span {
  start: number;
  end: number;
}

/** The closest one can look. */
export const MIN_SPAN_MS = 5;

/** `span`, no shorter than {@link MIN_SPAN_MS} and moved to lie within `bounds` as far as it fits. */
export function fit(span: Span, bounds: Span): Span {
  const length = Math.min(
    Math.max(span.end - span.start, MIN_SPAN_MS),
    Math.max(bounds.end - bounds.start, MIN_SPAN_MS),
  );
  const middle = (span.start + span.end) / 2;
  const start = Math.max(bounds.start, Math.min(middle - length / 2, bounds.end - length));
  return { start, end: start + length };
}

/** Looks closer (`factor` < 1) or from farther away, with what is at `at` staying where it is. */
export function zoom(span: Span, factor: number, at: number, bounds: Span): Span {
  const length = Math.max((span.end - span.start) * factor, MIN_SPAN_MS);
  const share = (at - span.start) / (span.end - span.start);
  const start = at - share * length;
  return fit({ start, end: start + length }, bounds);
}

/** Moves by a share of its length; 1 is one full window later. */
export function pan(span: Span, share: number, bounds: Span): Span {
  const by = share * (span.end - span.start);
  return fit({ start: span.start + by, end: span.end + by }, bounds);
}

/** Where a moment lies in a window: 0 at its start, 1 at its end. */
export const shareOf = (at: number, { start, end }: Span): number => (at - start) / (end - start);

export const overlaps = (a: Span, b: Span): boolean => a.start <= b.end && a.end >= b.start;
