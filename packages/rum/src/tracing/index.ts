import { uuid } from "@sojourn/core";
import { admissionOf } from "@sojourn/session";
import { patchMethod } from "../patch.js";
import { requests } from "../requests/index.js";
import type { Feature, Sdk } from "../sdk.js";
import { headersOf, withHeaders } from "./headers.js";
import { TRACE_OPTIONS, type TraceOptions } from "./options.js";
import { readParent } from "./parent.js";

/**
 * Traces that begin in the browser: each request to `traceOrigins` is a span, whose ids its headers and its resource carry.
 * They say "sampled" exactly when the session is measured from its beginning. A request that has a `traceparent` already,
 * whoever set it, keeps it, and its resource has those ids. Nothing is added to requests of mode `no-cors`, nor before
 * consent was given: a trace would tell the server that two requests are of one person.
 */
export const tracing = (): Feature<object, typeof TRACE_OPTIONS> => ({
  options: TRACE_OPTIONS,
  start: startTracing,
});

function startTracing(
  { scope, share, sessions, who, granted }: Sdk,
  { traceOrigins, traceState, tracePropagators }: TraceOptions,
) {
  if (!traceOrigins.length) return undefined;
  const { calling, sendings } = share(requests);
  const origins = traceOrigins.map((origin) => new URL(origin).origin);
  // An XMLHttpRequest does not tell what was set on it.
  scope.add(
    patchMethod(XMLHttpRequest.prototype, "setRequestHeader", scope.report, (xhr, [name, value]) => ({
      returned: () => sendings.get(xhr as object)?.headers.append(name as string, value as string),
    })),
  );

  calling.on(({ request, args, xhr }) => {
    const [input, init] = args as [RequestInfo, RequestInit?];
    if (!origins.includes(new URL(request.url).origin)) return;
    const own = sendings.get(xhr as object)?.headers ?? headersOf(input, init);
    // Headers that can be read only once are the browser's to read.
    if (typeof (own as Partial<Iterator<unknown>> | undefined)?.next === "function") return;
    const given = new Headers(own);
    Object.assign(request.fields, readParent(given.get("traceparent")));
    const mode = init?.mode ?? (input as Request | undefined)?.mode;
    if (given.has("traceparent") || mode === "no-cors" || !granted()) return;
    const session = sessions.current();
    const traceId = hex();
    const spanId = hex().slice(16);
    const about = {
      traceId,
      spanId,
      sampled: !!session && admissionOf(session) === "now",
      state: traceState,
      session: session?.id,
      user: who.current,
    };
    const more = [...new Headers(Object.assign({}, ...tracePropagators.map((write) => write(about))))];
    // Of a list the application may have written a part; any other header means that it has a trace of its own.
    if (more.some(([name]) => name !== "baggage" && given.has(name))) return;
    if (xhr) for (const [name, value] of more) xhr.setRequestHeader(name, value);
    else args[1] = withHeaders(input, init, more);
    Object.assign(request.fields, { trace_id: traceId, span_id: spanId });
  });
  return undefined;
}

/** 32 hexadecimal digits; its halves are never zero. */
const hex = (): string => uuid().replace(/-/g, "");
