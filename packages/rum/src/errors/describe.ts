import { type FieldsOf, tried, utf8Length } from "@sojourn/core";
import type { Cleaner } from "../clean.js";

type Description = Pick<FieldsOf<"error">, "error_message" | "error_type" | "error_stack" | "error_causes">;

/** Of a message and of a stack. */
export const MAX_TEXT = 8192;
const MAX_TYPE = 100;
const MAX_CAUSES = 5;
/** Of a cause: short enough for one whose every character is escaped in six bytes, and for five as they are. */
const MAX_CAUSE_MESSAGE = 500;
const MAX_CAUSE_STACK = 1500;
/** Bytes of all causes as JSON. */
const MAX_CAUSE_BYTES = 16_000;
/** Not `name` or `detail`, where a person's may stand. */
const TELLING = ["code", "status", "statusText", "type", "error", "reason", "url"];
const MAX_VALUE = 100;

/** Describes what was thrown. Secrets are taken out by `clean`. */
export function createDescriber(clean: Cleaner["text"]) {
  /** Cut before it is cleaned, so that a long one costs no more, and after it, since that may make it longer. */
  const cut = (whole: string, max = MAX_TEXT): string => clean(whole.slice(0, max)).slice(0, max);

  const parts = ({ name, stack }: Error, said: string, maxMessage?: number, maxStack?: number) => ({
    message: cut(said, maxMessage),
    type: show(name).slice(0, MAX_TYPE),
    stack: typeof stack === "string" ? cut(stack, maxStack) : undefined,
  });

  /** What it was thrown because of, outermost first and each once; an AggregateError has several. */
  function causesOf(error: Error): unknown[] | undefined {
    const causes: unknown[] = [];
    const chain = new Set([error]);
    for (const one of chain) {
      if (one !== error) causes.push(parts(one, show(one), MAX_CAUSE_MESSAGE, MAX_CAUSE_STACK));
      const { cause, errors } = one as { cause?: unknown; errors?: unknown[] };
      for (const inner of [cause, ...(errors?.slice?.(0, MAX_CAUSES) ?? [])]) {
        if (isError(inner) && chain.size <= MAX_CAUSES) chain.add(inner);
      }
    }
    while (utf8Length(JSON.stringify(causes)) > MAX_CAUSE_BYTES) causes.pop();
    return causes.length ? causes : undefined;
  }

  return {
    cut,
    /**
     * Whatever it is: an Error, a string, a DOMException, `undefined`. `said` is its message. Never throws, and takes no
     * longer for a huge object than for a small one.
     */
    describe(thrown: unknown, said = show(thrown)): Description {
      const told = tried(() => {
        if (!isError(thrown)) return { error_message: cut(said), error_type: typeName(thrown) };
        const { message, type, stack } = parts(thrown, said);
        return {
          error_message: message,
          error_type: type,
          error_stack: stack,
          error_causes: tried(() => causesOf(thrown)),
        };
      });
      // Getters and proxies of the page's own making may throw at any touch.
      return told ?? { error_message: cut(said), error_type: typeof thrown };
    },
  };
}

/** Absent for what may be no value at all, but the place of one. */
function typeName(thrown: unknown): string | undefined {
  if (thrown === undefined || thrown === null) return undefined;
  if (typeof thrown !== "object") return typeof thrown;
  const name = (thrown as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name ? name.slice(0, MAX_TYPE) : "object";
}

/** The message of whatever was thrown, as it is. */
export const show = (thrown: unknown): string =>
  tried(() => {
    if (typeof thrown !== "object" || !thrown) return String(thrown);
    const { message } = thrown as { message?: unknown };
    return typeof message === "string" ? message : outline(thrown);
  }) ?? "(cannot be shown)";

/**
 * What an object that is no error says of itself under the names that answers, events and error codes have. Its other
 * properties are not read: there may be a million of them, or a person's data.
 */
function outline(thrown: object): string {
  const told = TELLING.flatMap((key) => {
    const value: unknown = Reflect.get(thrown, key);
    return /^(?:st|nu|bo)/.test(typeof value) && value !== "" ? `${key}: ${String(value).slice(0, MAX_VALUE)}` : [];
  });
  return told.join(", ") || String(typeName(thrown));
}

/** Errors of other frames are none of this one's `Error`. */
export function isError(thrown: unknown): thrown is Error {
  return !!tried(() => thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]");
}
