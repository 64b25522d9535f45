import { type FieldsOf, type Ns, toNs } from "@sojourn/core";
import type { Found } from "./match.js";

export type Timing = PerformanceResourceTiming & {
  readonly responseStatus?: number;
  readonly deliveryType?: string;
  readonly renderBlockingStatus?: string;
};

/** The fields of a resource, from whatever is known of it. What kind of thing it is, the collector says by them. */
export function describeResource(
  { entry, request }: Found<Timing>,
  clean: (url: string) => string,
): FieldsOf<"resource"> {
  return {
    resource_url: clean(entry?.name ?? request?.url ?? ""),
    resource_initiator: entry?.initiatorType ?? request?.kind,
    resource_method: request?.method,
    resource_status: request?.status || entry?.responseStatus || undefined,
    ...request?.fields,
    ...(entry ? timings(entry) : { duration: request && toNs((request.endedAt ?? 0) - request.startedAt) }),
  };
}

/** Parts that are out of order or were not told (another origin without Timing-Allow-Origin) are left out, never zero. */
function timings(entry: Timing): Partial<FieldsOf<"resource">> {
  const { startTime, workerStart, requestStart, responseStart, responseEnd, secureConnectionStart, connectEnd } = entry;
  const detailed = requestStart > 0 && responseStart >= requestStart;
  return {
    // Not the entry's own: a document's goes on until its load event, and some versions of Safari say 0.
    duration: span(startTime, responseEnd) ?? span(0, entry.duration),
    resource_protocol: entry.nextHopProtocol || undefined,
    resource_delivery_type: entry.deliveryType || undefined,
    resource_render_blocking_status: entry.renderBlockingStatus === "blocking" ? "blocking" : undefined,
    resource_worker: workerStart ? span(workerStart, entry.fetchStart) : undefined,
    ...(detailed && {
      resource_transfer_size: entry.transferSize,
      resource_encode_size: entry.encodedBodySize,
      resource_decode_size: entry.decodedBodySize,
      resource_redirect: span(entry.redirectStart, entry.redirectEnd),
      resource_dns: span(entry.domainLookupStart, entry.domainLookupEnd),
      resource_tcp: span(entry.connectStart, connectEnd),
      resource_ssl: secureConnectionStart ? span(secureConnectionStart, connectEnd) : undefined,
      resource_ttfb: span(requestStart, responseStart),
      resource_trans: span(responseStart, responseEnd),
    }),
  };
}

const span = (from: number, to: number): Ns | undefined => toNs(to - from) || undefined;
