import type { Propagator } from "../tracing/propagator.js";

/**
 * The headers of B3, as Zipkin reads them: a single `b3`, or `X-B3-TraceId`, `X-B3-SpanId` and `X-B3-Sampled`. Default: the
 * single one. https://github.com/openzipkin/b3-propagation
 */
export const b3 =
  ({ multi = false } = {}): Propagator =>
  ({ traceId, spanId, sampled }): Record<string, string> => {
    const decision = sampled ? "1" : "0";
    return multi
      ? { "X-B3-TraceId": traceId, "X-B3-SpanId": spanId, "X-B3-Sampled": decision }
      : { b3: `${traceId}-${spanId}-${decision}` };
  };
