import { cleanText, type FieldsOf, utf8Length } from "@sojourn/core";

type Description = Pick<FieldsOf<"error">, "error_message" | "error_type" | "error_stack" | "error_causes">;

const MAX_MESSAGE = 4096;
const MAX_STACK = 8192;
const MAX_TYPE = 100;
const MAX_CAUSES = 5;
/** Of a cause: short enough for one whose every character is escaped in six bytes, and for five as they are. */
const MAX_CAUSE_MESSAGE = 500;
const MAX_CAUSE_STACK = 1500;
/** Bytes of all causes as JSON. */
const MAX_CAUSE_BYTES = 16_000;
const TELLING = ["name", "code", "status", "statusText", "type", "error", "reason", "detail", "url"];
const MAX_VALUE = 100;

const UNSPEAKABLE = "(cannot be shown)";

/**
 * Says what was thrown, whatever it is: an Error, a string, a DOMException, `undefined`. Secrets in URLs are taken out.
 * Never throws, and takes no longer for a huge object than for a small one.
 */
export function describeError(thrown: unknown, fallback = ""): Description {
  try {
    if (isError(thrown)) return { ...describeOne(thrown), error_causes: causesOf(thrown) };
    return { error_message: text(fallback || show(thrown), MAX_MESSAGE), error_type: typeName(thrown) };
  } catch {
    // Getters and proxies of the page's own making may throw at any touch.
    return { error_message: text(fallback, MAX_MESSAGE) || UNSPEAKABLE, error_type: typeof thrown };
  }
}

function describeOne(error: Error, maxMessage = MAX_MESSAGE, maxStack = MAX_STACK) {
  const { stack } = error;
  return {
    error_message: text(show(error.message), maxMessage),
    error_type: show(error.name).slice(0, MAX_TYPE),
    error_stack: typeof stack === "string" ? text(stack, maxStack) : undefined,
  };
}

/** Cut before it is cleaned, so that a long one costs no more, and after it, since that may make it longer. */
const text = (whole: string, max: number): string => cleanText(whole.slice(0, max)).slice(0, max);

function causesOf(error: Error): unknown[] | undefined {
  const causes: unknown[] = [];
  let { cause } = error as { cause?: unknown };
  while (isError(cause) && causes.length < MAX_CAUSES) {
    const { error_message, error_type, error_stack } = describeOne(cause, MAX_CAUSE_MESSAGE, MAX_CAUSE_STACK);
    causes.push({ message: error_message, type: error_type, stack: error_stack });
    if (utf8Length(JSON.stringify(causes)) > MAX_CAUSE_BYTES) {
      causes.pop();
      break;
    }
    cause = (cause as { cause?: unknown }).cause;
  }
  return causes.length ? causes : undefined;
}

function typeName(thrown: unknown): string {
  if (typeof thrown !== "object" || !thrown) return thrown === null ? "null" : typeof thrown;
  const name = (thrown as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name ? name.slice(0, MAX_TYPE) : "object";
}

function show(thrown: unknown): string {
  try {
    if (typeof thrown === "string") return thrown;
    if (typeof thrown !== "object" || !thrown) return String(thrown);
    const { message } = thrown as { message?: unknown };
    return typeof message === "string" ? message : outline(thrown);
  } catch {
    return UNSPEAKABLE;
  }
}

/**
 * What an object that is no error says of itself under the names that answers, events and error codes have. Its other
 * properties are not read: there may be a million of them, or a person's data.
 */
function outline(thrown: object): string {
  const told = TELLING.flatMap((key) => {
    const value: unknown = Reflect.get(thrown, key);
    return /^(?:st|nu|bo)/.test(typeof value) && value !== "" ? `${key}: ${String(value).slice(0, MAX_VALUE)}` : [];
  });
  return told.join(", ") || typeName(thrown);
}

/** Errors of other frames are none of this one's `Error`. */
const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]";
