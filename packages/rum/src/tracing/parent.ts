import type { FieldsOf } from "@sojourn/core";

/** Ids as a resource carries them. */
export type TraceIds = Pick<FieldsOf<"resource">, "trace_id" | "span_id">;

/** The ids of a `traceparent` header (https://www.w3.org/TR/trace-context/#traceparent-header); nothing where it is none. */
export function readParent(header: string | null | undefined): TraceIds | undefined {
  const [, trace_id, span_id] =
    /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}$/.exec(header ?? "") ?? [];
  return trace_id ? { trace_id, span_id } : undefined;
}

/**
 * The trace in which the server made this document, where it says so: by `Server-Timing: traceparent;desc="00-…"`, which
 * Firefox shows on secure pages only, or by `<meta name="traceparent" content="00-…">`.
 */
export const documentTrace = ({ serverTiming }: PerformanceResourceTiming): TraceIds | undefined =>
  readParent(
    serverTiming?.find(({ name }) => name === "traceparent")?.description ??
      document.querySelector<HTMLMetaElement>("meta[name=traceparent]")?.content,
  );
