import type { EpochMs, Facts } from "../model/facts.js";
import type { SessionStore, Stretch } from "../stores/store.js";
import { createAccumulator } from "./accumulate.js";
import { dimensionOf } from "./dimensions.js";
import { type DividedUser, ROLLED, type RollupRows, type RollupTotal, type RollupUser } from "./measures.js";

/** Every present offset from UTC of whole hours has its days on these edges. */
export const SLOT_MS = 3_600_000;

/** Slots of one chunk: what one step of catching up reads and writes. */
const CHUNK_SLOTS = 4;

export interface RollupOptions {
  readonly store: SessionStore;
  readonly now: EpochMs;
  /** A slot is final so long after its end, when everything that died in it was found. */
  readonly settleMs: number;
  /** Steps at most; the rest is for the next run. */
  readonly chunks?: number;
}

/** Makes rollups final up to now, or for so many chunks. Answers the new watermark. */
export async function rollUp({ store, now, settleMs, chunks = 200 }: RollupOptions): Promise<EpochMs> {
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
  const dimensions = ["" as const, ...ROLLED.map(([dimension]) => dimension)];
  const accumulators = dimensions.map((dimension) => {
    const keyOf = dimension === "" ? () => "" : (facts: Facts) => dimensionOf(facts, dimension);
    return { dimension, ...createAccumulator({ buckets, keyOf, now }) };
  });
  for await (const page of store.overlapping(from, to)) {
    for (const facts of page) if (isCounted(facts)) for (const { add } of accumulators) add(facts);
  }
  const slotOf = (bucket: number) => buckets[bucket]?.from ?? from;
  const totals: RollupTotal[] = [];
  const divided: DividedUser[] = [];
  const users = new Map<string, RollupUser & { readonly values: (string | null)[] }>();
  accumulators.forEach(({ dimension, groups }, number) => {
    const ofUsers = new Map<string, DividedUser[]>();
    for (const [value, { measures, eachUser }] of groups()) {
      measures.forEach(({ opening, started, peakConcurrent, connectedTime, timeSum }, bucket) => {
        if (opening + started === 0) return;
        const figures = { opening, started, peak: peakConcurrent, connectedMs: connectedTime, sumMs: timeSum };
        totals.push({ dimension, slot: slotOf(bucket), value, ...figures });
      });
      eachUser((bucket, userId, unionMs) => {
        const key = `${bucket} ${userId}`;
        const slot = slotOf(bucket);
        if (dimension === "") users.set(key, { slot, userId, unionMs, values: [] });
        else {
          const one = { dimension, slot, value, userId, unionMs };
          const before = ofUsers.get(key);
          if (before) before.push(one);
          else ofUsers.set(key, [one]);
        }
      });
    }
    for (const [key, found] of ofUsers) {
      const user = users.get(key);
      const [only] = found;
      if (user) user.values[number - 1] = found.length === 1 && only ? only.value : null;
      if (found.length > 1) divided.push(...found);
    }
  });
  return { totals, users: [...users.values()], divided };
}

/** Bots and synthetic visits are people nowhere. */
export const isCounted = ({ opening }: Facts): boolean => !opening?.bot && !opening?.synthetic;
