/**
 * The value that a share of the sample does not exceed (nearest rank).
 *
 * @param {readonly number[]} sample not empty
 * @param {number} share from 0 to 1
 */
export function quantile(sample, share) {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @param {readonly number[]} sample not empty */
export function median(sample) {
  return quantile(sample, 0.5);
}
