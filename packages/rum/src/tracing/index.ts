import { admissionOf } from "@sojourn/session";
import { patchMethod } from "../patch.js";
import { type Calling, requests } from "../requests/index.js";
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
  const { report } = scope;
  const origins = traceOrigins.map((origin) => new URL(origin).origin);
  /** What was set on an XMLHttpRequest since it was opened: it does not tell itself. */
  const set = new WeakMap<object, Headers>();
  const { prototype } = XMLHttpRequest;
  scope.add(
    patchMethod(prototype, "open", report, (xhr) => ({
      returned(result) {
        set.set(xhr as object, new Headers());
        return result;
      },
    })),
  );
  scope.add(
    patchMethod(prototype, "setRequestHeader", report, (xhr, [name, value]) => ({
      returned(result) {
        set.get(xhr as object)?.append(name as string, value as string);
        return result;
      },
    })),
  );

  function trace({ request, args, xhr }: Calling): void {
    const [input, init] = args as [RequestInfo, RequestInit?];
    if (!origins.includes(new URL(request.url).origin)) return;
    const given = xhr ? set.get(xhr) : new Headers(headersOf(input, init));
    if (!given) return;
    Object.assign(request.fields, readParent(given.get("traceparent")));
    const mode = init?.mode ?? (input as Request | undefined)?.mode;
    if (given.has("traceparent") || (!xhr && mode === "no-cors") || !granted()) return;
    const session = sessions.current();
    const ids = { traceId: hex(16), spanId: hex(8) };
    const about = {
      ...ids,
      sampled: !!session && admissionOf(session) === "now",
      state: traceState,
      session: session?.id,
      user: who.current,
    };
    const more = new Headers(Object.assign({}, ...tracePropagators.map((write) => write(about))));
    for (const [name, value] of more) {
      const there = given.get(name);
      if (there === null) continue;
      // A list, of which the application has written a part; any other header means that it has a trace of its own.
      if (name !== "baggage") return;
      if (!xhr) more.set(name, `${there},${value}`);
    }
    if (xhr) for (const [name, value] of more) xhr.setRequestHeader(name, value);
    else args[1] = withHeaders(input, init, more);
    Object.assign(request.fields, { trace_id: ids.traceId, span_id: ids.spanId });
  }

  share(requests).calling.on(trace);
  return undefined;
}

const hex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => (byte + 256).toString(16).slice(1)).join("");
