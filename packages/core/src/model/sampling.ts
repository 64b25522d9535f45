/**
 * Whether an id is within a percentage: a pure function, so that every tab, page and product agrees without storing a
 * decision. FNV-1a over the id, as a share of 2^32.
 */
export function isSampled(id: string, ratePercent: number): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // FNV mixes its low bits best; one more round spreads them over the whole word.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32 < ratePercent / 100;
}
