import type { FieldsOf } from "@sojourn/core";

type Description = Pick<FieldsOf<"error">, "error_message" | "error_type" | "error_stack" | "error_causes">;

const MAX_MESSAGE = 4096;
const MAX_STACK = 8192;
const MAX_CAUSES = 5;

const UNSPEAKABLE = "(cannot be shown)";

/** Says what was thrown, whatever it is: an Error, a string, a DOMException, `undefined`. Never throws. */
export function describeError(thrown: unknown, fallback = ""): Description {
  try {
    if (thrown instanceof Error) return { ...describeOne(thrown), error_causes: causesOf(thrown) };
    return { error_message: (fallback || show(thrown)).slice(0, MAX_MESSAGE), error_type: typeName(thrown) };
  } catch {
    // Getters and proxies of the page's own making may throw at any touch.
    return { error_message: fallback || UNSPEAKABLE, error_type: typeof thrown };
  }
}

function describeOne(error: Error) {
  return {
    error_message: show(error.message).slice(0, MAX_MESSAGE),
    error_type: show(error.name).slice(0, 100),
    error_stack: typeof error.stack === "string" ? error.stack.slice(0, MAX_STACK) : undefined,
  };
}

function causesOf(error: Error): unknown[] | undefined {
  const causes: unknown[] = [];
  let { cause } = error as { cause?: unknown };
  while (cause instanceof Error && causes.length < MAX_CAUSES) {
    const { error_message: message, error_type: type, error_stack: stack } = describeOne(cause);
    causes.push({ message, type, stack: stack?.slice(0, MAX_STACK / MAX_CAUSES) });
    cause = (cause as { cause?: unknown }).cause;
  }
  return causes.length ? causes : undefined;
}

const typeName = (thrown: unknown): string => {
  if (typeof thrown !== "object" || !thrown) return thrown === null ? "null" : typeof thrown;
  return (thrown as { constructor?: { name?: unknown } }).constructor?.name?.toString().slice(0, 100) || "object";
};

function show(thrown: unknown): string {
  try {
    if (typeof thrown === "string") return thrown;
    if (typeof thrown === "object" && thrown) {
      const { message } = thrown as { message?: unknown };
      return typeof message === "string" ? message : (JSON.stringify(thrown) ?? String(thrown));
    }
    return String(thrown);
  } catch {
    return UNSPEAKABLE;
  }
}
