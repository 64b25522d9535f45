/** What the monitor did and could not do since it started. */
export interface Counters {
  /** Connections open now. */
  open: number;
  /** Documents that wait for the store. */
  waiting: number;
  /** Documents that were given up since the store was away for too long. */
  dropped: number;
  /** Writes that the store refused or did not answer; they are tried again. */
  failedWrites: number;
  /** Heartbeats that were left out since the one before still ran. */
  skippedBeats: number;
  /** Batches of heartbeats that failed. */
  failedBeats: number;
  /** Times that this process stood still, was taken for dead and went on under another id. */
  revived: number;
  /** Connections of dead instances that this one closed. */
  swept: number;
}

export const createCounters = (): Counters => ({
  open: 0,
  waiting: 0,
  dropped: 0,
  failedWrites: 0,
  skippedBeats: 0,
  failedBeats: 0,
  revived: 0,
  swept: 0,
});
