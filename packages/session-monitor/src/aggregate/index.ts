import type { EpochMs, Facts } from "../model/facts.js";
import type { SessionStore, Stretch } from "../stores/store.js";
import { createAccumulator } from "./accumulate.js";
import { type BucketSize, cut } from "./buckets.js";
import { dimensionOf } from "./dimensions.js";
import { type BucketMeasures, DIMENSIONS, type Dimension, type Measures, ROLLED } from "./measures.js";
import { rollupRows, SLOT_MS } from "./rollup.js";

export interface AggregateQuery {
  /** Half-open; epoch ms or dates. */
  readonly from: EpochMs | Date;
  readonly to: EpochMs | Date;
  /** IANA name in which hours, days, weeks (from Monday) and months begin. @default "UTC" */
  readonly timeZone?: string;
  /** @default "all" */
  readonly bucket?: BucketSize;
  /** One group for each combination of these. @default [] */
  readonly by?: readonly Dimension[];
  /** Count these too, which are left out otherwise. */
  readonly include?: readonly ("bot" | "synthetic" | "impersonated")[];
}

export interface AggregateGroup extends Measures {
  /** Values of the dimensions in `by`; empty where unknown. */
  readonly key: Readonly<Partial<Record<Dimension, string>>>;
  /** Connections that overlap the bucket. */
  readonly sessions: number;
}

export interface AggregateBucket {
  readonly from: Date;
  readonly to: Date;
  /** Largest first. */
  readonly groups: readonly AggregateGroup[];
}

export interface Aggregate {
  readonly buckets: readonly AggregateBucket[];
  /** The whole range as one: users are counted once, which no sum of buckets gives. */
  readonly total: AggregateBucket;
  /** Whether documents or rollups were read; the figures are the same. */
  readonly source: "documents" | "rollups";
  /** False when part of the range is older than the documents that are kept. */
  readonly complete: boolean;
}

export interface AggregateContext {
  readonly store: SessionStore;
  readonly now: EpochMs;
  /** Documents older than this are gone. */
  readonly rawMs: number;
}

/** Shorter ranges are read from the documents. */
const ROLLUP_FROM_MS = 2 * 86_400_000;
/** What is not final yet is rolled up for the question, when it is not more than this. */
const PROVISIONAL_MS = 86_400_000;
/** Between the values of one key; no value holds it. */
const GLUE = "\u0000";

/**
 * @throws RangeError naming the field, when a field of the query is wrong
 */
export async function aggregate(query: AggregateQuery, context: AggregateContext): Promise<Aggregate> {
  const { by = [], include = [], bucket = "all", timeZone = "UTC" } = query;
  for (const dimension of by) {
    if (!DIMENSIONS.includes(dimension)) throw new RangeError(`by: "${dimension}" is none of ${DIMENSIONS.join(", ")}`);
  }
  const whole = { from: Number(query.from), to: Number(query.to) };
  const buckets = cut(whole.from, whole.to, bucket, timeZone);
  const asked = { by, include, buckets, whole };
  const rolled = await fromRollups(asked, context);
  const { series, total } = rolled ?? (await fromDocuments(asked, context));
  return {
    buckets: toBuckets(buckets, series, by),
    total: toBuckets([whole], total, by)[0] as AggregateBucket,
    source: rolled ? "rollups" : "documents",
    complete: rolled !== undefined || whole.from >= context.now - context.rawMs,
  };
}

interface Asked {
  readonly by: readonly Dimension[];
  readonly include: readonly string[];
  readonly buckets: readonly Stretch[];
  readonly whole: Stretch;
}

interface Found {
  readonly series: readonly BucketMeasures[];
  readonly total: readonly BucketMeasures[];
}

async function fromDocuments({ by, include, buckets, whole }: Asked, { store, now }: AggregateContext): Promise<Found> {
  const keyOf = (facts: Facts) => by.map((dimension) => dimensionOf(facts, dimension)).join(GLUE);
  const options = { keyOf, now, impersonated: include.includes("impersonated") };
  const series = createAccumulator({ ...options, buckets });
  const total = createAccumulator({ ...options, buckets: [whole] });
  for await (const page of store.overlapping(whole.from, whole.to)) {
    for (const facts of page) {
      const { bot, synthetic } = facts.opening ?? {};
      if ((bot && !include.includes("bot")) || (synthetic && !include.includes("synthetic"))) continue;
      series.add(facts);
      if (buckets.length > 1) total.add(facts);
    }
  }
  const flat = ({ groups }: typeof series) =>
    [...groups()].flatMap(([value, { measures }]) => measures.map((one, bucket) => ({ ...one, bucket, value })));
  return { series: flat(series), total: flat(buckets.length > 1 ? total : series) };
}

/** The same from rollups, where they have it: `undefined` otherwise. */
async function fromRollups(
  { by, include, buckets, whole }: Asked,
  context: AggregateContext,
): Promise<Found | undefined> {
  const { store, now } = context;
  const [dimension = "", ...more] = by;
  const onEdge = (at: EpochMs) => at % SLOT_MS === 0;
  const fits =
    more.length === 0 &&
    include.length === 0 &&
    (dimension === "" || ROLLED.some(([name]) => name === dimension)) &&
    whole.to - whole.from >= ROLLUP_FROM_MS &&
    buckets.every(({ from, to }) => onEdge(from) && (onEdge(to) || to >= now));
  if (!fits) return undefined;
  const watermark = await store.watermark();
  const until = Math.min(Math.ceil(Math.min(whole.to, now) / SLOT_MS) * SLOT_MS, whole.to + SLOT_MS);
  if (watermark === 0 || until - watermark > PROVISIONAL_MS) return undefined;
  if (until > watermark)
    await store.writeRollups(watermark, until, await rollupRows(store, watermark, until, now), false);
  const found = await store.readRollups(dimension, [...buckets, whole]);
  return {
    series: found.filter(({ bucket }) => bucket < buckets.length),
    total: found.filter(({ bucket }) => bucket === buckets.length).map((one) => ({ ...one, bucket: 0 })),
  };
}

function toBuckets(
  stretches: readonly Stretch[],
  found: readonly BucketMeasures[],
  by: readonly Dimension[],
): AggregateBucket[] {
  const groups: AggregateGroup[][] = stretches.map(() => []);
  for (const { bucket, value, ...measures } of found) {
    const sessions = measures.opening + measures.started;
    if (sessions === 0) continue;
    const values = value.split(GLUE);
    const key = Object.fromEntries(by.map((dimension, at) => [dimension, values[at] ?? ""]));
    groups[bucket]?.push({ key, sessions, ...measures });
  }
  return stretches.map(({ from, to }, index) => ({
    from: new Date(from),
    to: new Date(to),
    groups: (groups[index] ?? []).sort(
      (a, b) => b.sessions - a.sessions || (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1),
    ),
  }));
}
