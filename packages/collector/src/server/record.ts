import type { EpochMs } from "@sojourn/core/model";
import type { ServerDocument } from "./documents.js";

/** Documents of a server as they stand in the log: checked, and with no more of an address than may be kept. */
export interface ServerRecord {
  /** Version of this layout. An earlier version of the collector sets it aside. */
  r: 2;
  received_at: EpochMs;
  application_id: string;
  retention_days: number;
  documents: readonly ServerDocument[];
}
