import { NONE } from "./duration.js";

const counts = new Intl.NumberFormat();
const sizes = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const scores = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

export const formatCount = (count: number): string => counts.format(count);

/** A score without a unit, such as a layout shift: `0.083`. */
export const formatScore = (score: number): string => scores.format(score);

/** Bytes for people, in powers of 1000 as browsers' own tools show them: `0 B`, `312 B`, `1.43 kB`, `2.1 MB`. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return NONE;
  let value = bytes;
  for (const unit of ["B", "kB", "MB"]) {
    if (value < 1000) return `${sizes.format(value)} ${unit}`;
    value /= 1000;
  }
  return `${sizes.format(value)} GB`;
}

/** `1 view`, `2 views`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const percents = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

/** A share of 1 for people: `12%`, and `0.4%` or `99.7%` where whole ones would say all or nothing. */
export const formatShare = (share: number): string =>
  (share > 0 && share < 0.1) || (share > 0.99 && share < 1) ? fine.format(share) : percents.format(share);
