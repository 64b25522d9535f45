import type { IncomingHttpHeaders } from "node:http";
import type { ClientInfo } from "./model/facts.js";

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
