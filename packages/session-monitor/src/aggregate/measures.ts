import type { EpochMs } from "../model/facts.js";

/** What is known of one stretch of time. Times are milliseconds, clipped to it. */
export interface Measures {
  /** Connections open when it begins. */
  readonly opening: number;
  /** Connections that began in it. */
  readonly started: number;
  /** The most that were open at one moment. */
  readonly peakConcurrent: number;
  /** Time of all connections, anonymous ones too. */
  readonly connectedTime: number;
  /** Different users that were signed in. */
  readonly uniqueUsers: number;
  /** Signed-in time: every connection counts by itself. */
  readonly timeSum: number;
  /** Signed-in time: of a user's simultaneous connections only one counts, so it is at most 24 hours a day each. */
  readonly timeUnion: number;
}

/** Measures of one value of a dimension in one bucket. */
export interface BucketMeasures extends Measures {
  /** Which of the asked buckets. */
  readonly bucket: number;
  readonly value: string;
}

/** Rollups of some slots. The dimension `""` has one value, `""`: everything. */
export interface RollupRows {
  readonly totals: readonly RollupTotal[];
  readonly users: readonly RollupUser[];
  readonly divided: readonly DividedUser[];
}

export interface RollupTotal {
  readonly dimension: string;
  readonly slot: EpochMs;
  readonly value: string;
  readonly opening: number;
  readonly started: number;
  readonly peak: number;
  readonly connectedMs: number;
  readonly sumMs: number;
}

/** A user's signed-in time in a slot. */
export interface RollupUser {
  readonly slot: EpochMs;
  readonly userId: string;
  readonly unionMs: number;
  /**
   * His value of each of {@link ROLLED}, in their order. `null` where he had several, as with two devices at once: then a
   * {@link DividedUser} for each. Nearly everybody has one, so that a row tells of all dimensions.
   */
  readonly values: readonly (string | null)[];
}

/** A user's signed-in time with one value of a dimension, in a slot where he had several. */
export interface DividedUser {
  readonly dimension: string;
  readonly slot: EpochMs;
  readonly value: string;
  readonly userId: string;
  readonly unionMs: number;
}

/** What connections can be told apart by. */
export const DIMENSIONS = [
  "browser.name",
  "browser.major",
  "os.name",
  "os.version",
  "device.type",
  "app.name",
  "app.version",
  "country",
  "host",
  "transport",
] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** Dimensions that rollups keep besides the whole, with their columns. */
export const ROLLED = [
  ["browser.name", "browser"],
  ["os.name", "os"],
  ["device.type", "device"],
  ["app.name", "app"],
  ["app.version", "app_version"],
  ["country", "country"],
] as const satisfies readonly (readonly [Dimension, string])[];

/** The column of a rolled dimension; none for the whole. */
export const columnOf = (dimension: string): string | undefined => ROLLED.find(([name]) => name === dimension)?.[1];
