import type { EpochMs, Facts } from "../model/facts.js";
import type { SessionStore, Stretch } from "../stores/store.js";
import { createAccumulator } from "./accumulate.js";
import { dimensionOf } from "./dimensions.js";
import type { Dimension, RollupRows, RollupTotal, RollupUser } from "./measures.js";

/** Every present offset from UTC of whole hours has its days on these edges. */
export const SLOT_MS = 3_600_000;

/** Dimensions that rollups keep besides the whole. */
export const ROLLED: readonly Dimension[] = [
  "browser.name",
  "os.name",
  "device.type",
  "app.name",
  "app.version",
  "country",
];

/** Slots of one chunk: what one step of catching up reads and writes. */
const CHUNK_SLOTS = 24;

export interface RollupOptions {
  readonly store: SessionStore;
  readonly now: EpochMs;
  /** A slot is final so long after its end, when everything that died in it was found. */
  readonly settleMs: number;
  /** Steps at most; the rest is for the next run. */
  readonly chunks?: number;
}

/** Makes rollups final up to now, or for so many chunks. Answers the new watermark. */
export async function rollUp({ store, now, settleMs, chunks = 40 }: RollupOptions): Promise<EpochMs> {
  const target = Math.floor((now - settleMs) / SLOT_MS) * SLOT_MS;
  let from = await store.watermark();
  if (from === 0) {
    const oldest = await store.oldest();
    if (oldest === undefined) return 0;
    from = Math.floor(oldest / SLOT_MS) * SLOT_MS;
  }
  for (let chunk = 0; chunk < chunks && from < target; chunk += 1) {
    const to = Math.min(target, from + CHUNK_SLOTS * SLOT_MS);
    await store.writeRollups(from, to, await rollupRows(store, from, to, now), true);
    from = to;
  }
  return from;
}

/** Rollups of `[from, to)`, which must be whole slots. The same documents always give the same rows. */
export async function rollupRows(store: SessionStore, from: EpochMs, to: EpochMs, now: EpochMs): Promise<RollupRows> {
  const buckets: Stretch[] = [];
  for (let slot = from; slot < to; slot += SLOT_MS) buckets.push({ from: slot, to: slot + SLOT_MS });
  const keys: (Dimension | "")[] = ["", ...ROLLED];
  const accumulators = keys.map((dimension) => {
    const keyOf = dimension === "" ? () => "" : (facts: Facts) => dimensionOf(facts, dimension);
    return { dimension, ...createAccumulator({ buckets, keyOf, now }) };
  });
  for await (const page of store.overlapping(from, to)) {
    for (const facts of page) if (isCounted(facts)) for (const { add } of accumulators) add(facts);
  }
  const totals: RollupTotal[] = [];
  const users: RollupUser[] = [];
  for (const { dimension, groups } of accumulators) {
    for (const [value, { measures, eachUser }] of groups()) {
      measures.forEach(({ opening, started, peakConcurrent, connectedTime, timeSum }, index) => {
        if (opening + started === 0) return;
        const slot = buckets[index]?.from ?? from;
        const figures = { opening, started, peak: peakConcurrent, connectedMs: connectedTime, sumMs: timeSum };
        totals.push({ dimension, slot, value, ...figures });
      });
      eachUser((bucket, userId, unionMs) => {
        users.push({ dimension, slot: buckets[bucket]?.from ?? from, value, userId, unionMs });
      });
    }
  }
  return { totals, users };
}

/** Bots and synthetic visits are people nowhere. */
export const isCounted = ({ opening }: Facts): boolean => !opening?.bot && !opening?.synthetic;
