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

/** For how many days is kept what says nothing else. */
export const RETENTION_DAYS = 90;

/**
 * One beacon as it stands in the log: checked, enriched, and with nothing in it that must not be kept. What is optional is
 * not in the log of an earlier version.
 */
export interface LogRecord extends Omit<CheckedBeacon, "refused">, Partial<Pick<CheckedBeacon, "refused">> {
  /** Version of this layout. */
  r: 1;
  received_at: EpochMs;
  client: ClientInfo;
  /** True when the beacon was made noticeably earlier than it was sent. */
  late?: boolean;
  /** For how many days it is kept. */
  retention_days?: number;
}
