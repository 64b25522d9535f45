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

/** Longest text that is kept of a header. */
const MAX_HEADER = 512;

/** What is kept where the application says nothing else: the asked host. */
export function describeHost({ headers }: RequestLike): Seen {
  const host = cleaned(headers.host);
  return { ...(host && { host }), client: {} };
}

/** A header as it may be stored: cut, then freed of control characters. */
export function cleaned(value: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return (value ?? "").slice(0, MAX_HEADER).replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
}
