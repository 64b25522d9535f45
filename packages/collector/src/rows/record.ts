import type { EpochMs } from "@sojourn/core/model";
import type { ClientSoftware } from "../enrich/client.js";
import type { CheckedBeacon } from "../intake/check.js";

/** What the collector found out about a sender. */
export interface ClientInfo extends ClientSoftware {
  /** Address as far as the configuration lets it be kept. */
  ip: string;
  /** ISO 3166-1 alpha-2; empty without a database. */
  country: string;
}

/** One beacon as it stands in the log: checked, enriched, and with nothing in it that must not be kept. */
export interface LogRecord extends CheckedBeacon {
  /** Version of this layout. */
  r: 1;
  received_at: EpochMs;
  client: ClientInfo;
}
