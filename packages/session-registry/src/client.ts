import { type AppPattern, createAddressResolver, createAgentReader, type ResolverOptions } from "@sojourn/client-info";
import type { SeenClient } from "./flows/authenticate.js";

/** What is used of a request: its headers by their names in lower case, and who is at the other end of the connection. */
export interface RequestLike {
  header(name: string): string | undefined;
  readonly peer?: string | undefined;
}

export interface ClientReaderOptions {
  /** Proxies of one's own. No header is believed otherwise. @default false */
  readonly trustProxy?: ResolverOptions["trustProxy"];
  /** Header in which one's own proxy gives the address, such as `x-real-ip`. @default none */
  readonly addressHeader?: string;
  /** Applications with a user agent of their own, such as `{ name: "RC Mobile", grammar: "semicolon" }`. @default none */
  readonly apps?: readonly AppPattern[];
  /** ISO 3166 code and autonomous system of an address, from a database of yours. @default neither is known */
  readonly placeOf?: (address: string) => { readonly country?: string; readonly asn?: number } | undefined;
}

/**
 * Makes what reads the client of a request.
 *
 * @throws TypeError naming `trustProxy` when it is none of its forms
 */
export function createClientReader(options: ClientReaderOptions = {}): (request: RequestLike) => SeenClient {
  const { trustProxy, addressHeader, apps, placeOf } = options;
  const addressOf = createAddressResolver({ trustProxy, header: addressHeader?.toLowerCase() });
  const readAgent = createAgentReader({ apps });
  return (request) => {
    const headers = { get: (name: string) => request.header(name) };
    const address = addressOf(request.peer, headers);
    const place = address === "" ? undefined : placeOf?.(address);
    const host = request.header("host");
    return {
      ...(address && { address }),
      ...(place?.country && { country: place.country }),
      ...(place?.asn !== undefined && { asn: place.asn }),
      ...(host && { host: host.slice(0, 255) }),
      info: readAgent(headers),
    };
  };
}
