import type { EpochMs } from "../model/units.js";

/** A body on its way, until something is known of it. */
export interface Parcel {
  /** JSON, or that in gzip: the intake tells them apart by their first bytes, since a header would cost a preflight. */
  body: string | Uint8Array<ArrayBuffer>;
  /** How many events are in it. */
  readonly events: number;
  /** When it was made. */
  readonly made: EpochMs;
  /** Another page made it. */
  readonly late?: boolean;
  /** Of its copy in the spool. */
  key?: string;
}
