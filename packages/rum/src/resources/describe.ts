import { cleanUrl, type FieldsOf, type Ns, toNs } from "@sojourn/core";
import type { Found } from "./match.js";

type Timing = PerformanceResourceTiming & {
  readonly responseStatus?: number;
  readonly deliveryType?: string;
  readonly renderBlockingStatus?: string;
};

const BY_INITIATOR: Record<string, string> = {
  fetch: "fetch",
  xmlhttprequest: "xhr",
  beacon: "beacon",
  script: "js",
  img: "image",
  image: "image",
  input: "image",
  video: "media",
  audio: "media",
  track: "media",
  navigation: "document",
};
const BY_EXTENSION: readonly [RegExp, string][] = [
  [/\.css$/i, "css"],
  [/\.m?js$/i, "js"],
  [/\.(?:gif|jpe?g|png|svg|webp|avif|ico|bmp)$/i, "image"],
  [/\.(?:woff2?|ttf|otf|eot)$/i, "font"],
  [/\.(?:mp4|webm|mp3|ogg|wav|m4a|m3u8|ts)$/i, "media"],
];

/** The fields of a resource, from whatever is known of it. */
export function describeResource({ entry, request }: Found<Timing>): FieldsOf<"resource"> {
  const url = entry?.name ?? request?.url ?? "";
  const status = request?.status || entry?.responseStatus;
  return {
    resource_url: cleanUrl(url),
    resource_type: entry ? typeOf(entry) : (request?.kind ?? "other"),
    resource_method: request?.method,
    resource_status: status || undefined,
    ...(entry ? timings(entry) : { duration: request && toNs((request.endedAt ?? 0) - request.startedAt) }),
  };
}

function typeOf({ initiatorType, name }: Timing): string {
  const known = BY_INITIATOR[initiatorType];
  if (known) return known;
  const [path = ""] = name.split(/[?#]/);
  return BY_EXTENSION.find(([extension]) => extension.test(path))?.[1] ?? "other";
}

/** Parts that are out of order or were not told (another origin without Timing-Allow-Origin) are left out, never zero. */
function timings(entry: Timing): Partial<FieldsOf<"resource">> {
  const { startTime, requestStart, responseStart, responseEnd, secureConnectionStart, connectEnd } = entry;
  const detailed = requestStart > 0 && responseStart >= requestStart;
  return {
    // Not the entry's own: a document's goes on until its load event, and some versions of Safari say 0.
    duration: responseEnd > 0 ? toNs(responseEnd - startTime) : toNs(entry.duration) || undefined,
    resource_protocol: entry.nextHopProtocol || undefined,
    resource_delivery_type: entry.deliveryType || undefined,
    resource_render_blocking_status: entry.renderBlockingStatus === "blocking" ? "blocking" : undefined,
    ...(detailed && {
      resource_transfer_size: entry.transferSize,
      resource_encode_size: entry.encodedBodySize,
      resource_decode_size: entry.decodedBodySize,
      resource_redirect: span(entry.redirectStart, entry.redirectEnd),
      resource_dns: span(entry.domainLookupStart, entry.domainLookupEnd),
      resource_tcp: span(entry.connectStart, connectEnd),
      resource_ssl: secureConnectionStart > 0 ? span(secureConnectionStart, connectEnd) : undefined,
      resource_ttfb: span(requestStart, responseStart),
      resource_trans: span(responseStart, responseEnd),
    }),
  };
}

const span = (from: number, to: number): Ns | undefined => (from > 0 && to > from ? toNs(to - from) : undefined);
