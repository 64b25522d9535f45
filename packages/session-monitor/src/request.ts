import type { IncomingHttpHeaders } from "node:http";
import {
  type AppPattern,
  createAddressResolver,
  createAgentReader,
  createAnonymizer,
  type ResolverOptions,
} from "@sojourn/client-info";
import type { ClientInfo, EpochMs } from "./model/facts.js";

/** What is used of a request: Node's `IncomingMessage`, and what wraps it. */
export interface RequestLike {
  readonly headers: IncomingHttpHeaders;
  readonly socket?: { readonly remoteAddress?: string | undefined } | null | undefined;
}

/** What is kept of a request. */
export interface Seen {
  readonly host?: string;
  readonly ip?: string;
  readonly country?: string;
  readonly client: ClientInfo;
  readonly bot?: boolean;
}

/** A field that need not be kept. */
export type Field = "host" | "ip" | "country" | keyof ClientInfo;

export interface DescriberOptions {
  /** Proxies of one's own. No header is believed otherwise. @default false */
  readonly trustProxy?: ResolverOptions["trustProxy"];
  /** Header in which one's own proxy gives the address, such as `x-real-ip`. @default none */
  readonly addressHeader?: string;
  /** What is kept of addresses. @default { keep: "truncate" }: IPv4 to /24, IPv6 to /48 */
  readonly ip?: Parameters<typeof createAnonymizer>[0];
  /** Applications with a user agent of their own, such as `{ name: "RC Mobile", grammar: "semicolon" }`. @default none */
  readonly apps?: readonly AppPattern[];
  /** Hosts that are one's own; another one is not kept. @default any */
  readonly hosts?: readonly string[];
  /** ISO 3166 code of an address's country, from a database of yours. It sees the whole address. @default none */
  readonly countryOf?: (address: string) => string | undefined;
  /** Fields that are not kept. @default none */
  readonly omit?: readonly Field[];
}

/** A host and perhaps its port; nothing that could be mistaken for anything else where it is shown. */
const HOST = /^(?=.{1,255}$)(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Makes what reads a request: its address behind proxies, as much of it as may be kept, its host, its program and machine.
 * User agent and other headers are not kept themselves.
 *
 * @throws TypeError naming the option that is wrong
 */
export function createDescriber(options: DescriberOptions = {}): (request: RequestLike, at: EpochMs) => Seen {
  const { trustProxy, addressHeader, ip = { keep: "truncate" }, apps, hosts, countryOf, omit = [] } = options;
  const addressOf = createAddressResolver({ trustProxy, header: addressHeader?.toLowerCase() });
  const keep = createAnonymizer(ip);
  const readAgent = createAgentReader({ apps });
  const left = new Set<Field>(omit);
  // One object for each agent, however many connections have it.
  const clients = new WeakMap<object, ClientInfo>();

  function clientOf(info: ReturnType<typeof readAgent>): ClientInfo {
    const known = clients.get(info);
    if (known) return known;
    const { bot: _, ...fields } = info;
    const client = Object.fromEntries(Object.entries(fields).filter(([name]) => !left.has(name as Field)));
    clients.set(info, client);
    return client;
  }

  function hostOf(value: string | undefined): string | undefined {
    if (left.has("host") || value === undefined || !HOST.test(value)) return undefined;
    return hosts && !hosts.includes(value) ? undefined : value;
  }

  return ({ headers, socket }, at) => {
    const reader = {
      get(name: string) {
        const value = headers[name];
        return Array.isArray(value) ? value.join(", ") : value;
      },
    };
    const address = addressOf(socket?.remoteAddress, reader);
    const kept = left.has("ip") ? "" : keep(address, at);
    const country = left.has("country") || address === "" ? undefined : countryOf?.(address);
    const host = hostOf(headers.host);
    const info = readAgent(reader);
    return {
      ...(host && { host }),
      ...(kept && { ip: kept }),
      ...(country && { country }),
      client: clientOf(info),
      ...(info.bot && { bot: true }),
    };
  };
}
