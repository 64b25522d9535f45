import { createAddressResolver, createAgentReader, createAnonymizer, type HeaderReader } from "@sojourn/client-info";
import type { Config } from "../config/schema.js";
import type { Log } from "../lib/logger.js";
import type { ClientInfo } from "../rows/record.js";
import { softwareOf } from "./client.js";
import { openCountries } from "./geo.js";

export interface Enricher {
  /** The sender's address in full, to count by; it is not kept. */
  addressOf(peer: string | undefined, headers: HeaderReader): string;
  /** What is kept of a sender. The country is looked up with the whole address, before it is cut. */
  clientOf(address: string, headers: HeaderReader, at: number): ClientInfo;
}

type EnrichConfig = Pick<
  Config,
  "trustedProxies" | "addressHeader" | "address" | "addressKey" | "addressRotation" | "apps" | "geo"
>;

/** @throws Error naming `geo.database` when the file cannot be used. */
export async function createEnricher(config: EnrichConfig, log: Log, now: () => number): Promise<Enricher> {
  const { trustedProxies, addressHeader, address, addressKey, addressRotation, apps, geo } = config;
  const addressOf = createAddressResolver({ trustProxy: trustedProxies, header: addressHeader });
  const anonymize = createAnonymizer({ keep: address, key: addressKey, rotation: addressRotation });
  const readAgent = createAgentReader({ apps });
  const countryOf = geo ? await openCountries(geo.database, { log, now }) : () => "";
  return {
    addressOf,
    clientOf: (given, headers, at) => ({
      ip: anonymize(given, at),
      ...softwareOf(readAgent(headers)),
      country: countryOf(given),
    }),
  };
}
