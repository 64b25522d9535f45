import type { WireEvent } from "@sojourn/core/model";
import { fingerprintOf } from "./fingerprint.js";
import { parseStack } from "./stack.js";

type ErrorEvent = Extract<WireEvent, { type: "error" }>;

/** What the collector finds out about an error: the calls in its stack and in those of its causes, and its group. */
export function readError(event: ErrorEvent) {
  const { error_stack, error_causes, error_fingerprint } = event;
  const frames = error_stack ? parseStack(error_stack) : [];
  return {
    error_frames: frames.length ? JSON.stringify(frames) : "",
    error_causes: error_causes ? JSON.stringify(error_causes.map(withFrames)) : "",
    error_fingerprint: error_fingerprint || fingerprintOf(event, frames),
  };
}

function withFrames(cause: unknown): unknown {
  if (typeof cause !== "object" || cause === null) return cause;
  const { stack } = cause as { stack?: unknown };
  return typeof stack === "string" ? { ...cause, frames: parseStack(stack) } : cause;
}
