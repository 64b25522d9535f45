/**
 * Chance that is the same for the same seed (mulberry32).
 *
 * @param {number} seed
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (/** @type {number} */ digits) =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join("");
  return {
    /** 0 to 1, 1 excluded. */
    next,
    /** Both ends included. */
    int: (/** @type {number} */ low, /** @type {number} */ high) => low + Math.floor(next() * (high - low + 1)),
    chance: (/** @type {number} */ share) => next() < share,
    /** Around `middle`, as durations are: never below 0, seldom far above. */
    around: (/** @type {number} */ middle) => middle * Math.exp((next() + next() + next() - 1.5) * 0.9),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    /**
     * @template T
     * @param {readonly T[]} all
     * @returns {T}
     */
    pick: (all) => /** @type {T} */ (all[Math.floor(next() * all.length)]),
    /**
     * @template {{ share: number }} T
     * @param {readonly T[]} all
     * @returns {T}
     */
    weighed(all) {
      let left = next() * all.reduce((sum, { share }) => sum + share, 0);
      for (const one of all) {
        left -= one.share;
        if (left < 0) return one;
      }
      return /** @type {T} */ (all[0]);
    },
  };
}
