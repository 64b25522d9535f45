import { list, type Options, optionalText } from "@sojourn/core";
import { type Propagator, w3c } from "./propagator.js";

/** Options of `init` about traces. */
export const TRACE_OPTIONS = {
  /**
   * Requests to these origins carry the headers of a trace; the page's own has to be listed as well. An origin is compared
   * as a whole. The headers make the browser ask another origin beforehand (CORS): it must allow them in
   * `Access-Control-Allow-Headers`. Where a listed origin redirects to another one, the browser takes them along. Default
   * `[]`: no request is changed.
   */
  traceOrigins: list<string>((origin) => /^https?:\/\/[^/?#@\s]+$/i.test(String(origin))),
  /** What `tracestate` is, where a vendor's back end asks for one. */
  traceState: optionalText,
  /** What writes the headers. Default: `traceparent` and `tracestate` of the W3C. */
  tracePropagators: list<Propagator>((propagator) => typeof propagator === "function", [w3c]),
} as const;

export type TraceOptions = Options<typeof TRACE_OPTIONS>;
