import type { UserContext } from "@sojourn/core";

/** The span that one request is: what propagators write into its headers. */
export interface Trace {
  /** 32 and 16 hexadecimal digits, random. */
  traceId: string;
  spanId: string;
  /** Whether the session is measured, so that the server may keep its part as well. */
  sampled: boolean;
  /** The option `traceState`. */
  state?: string | undefined;
  /** The session's id; in its first moments it may still give way to that of another tab. */
  session?: string | undefined;
  /** Who is there, as the application said it. */
  user: UserContext;
}

/** Answers the headers of a request that carry its trace. Where it throws, the request goes without any. */
export type Propagator = (trace: Trace) => Record<string, string>;

/** The headers of the W3C: `traceparent`, and `tracestate` where the application gives one. https://www.w3.org/TR/trace-context/ */
export const w3c: Propagator = ({ traceId, spanId, sampled, state }) => ({
  traceparent: `00-${traceId}-${spanId}-0${+sampled}`,
  ...(state && { tracestate: state }),
});
