import { guard, type Report, type Stop } from "@sojourn/core";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What is done around one call. */
export interface Advice {
  /** Sees the result, and may answer another in its place. */
  returned?(result: unknown): unknown;
  /** The original threw. What it threw reaches the page as it is. */
  threw?(): void;
}

/**
 * Advice around one method. The page keeps what it had: `this`, arguments, result, errors, and what it can see of the
 * method itself. Other patches may lie below or above. A method that the page has locked is left alone, and that is
 * reported.
 */
export function patchMethod<T extends object>(
  target: T,
  name: keyof T & string,
  report: Report,
  before: (self: unknown, args: unknown[]) => Advice | undefined,
): Stop {
  const original = target[name] as Method;
  if (typeof original !== "function") return () => {};
  const own = Object.getOwnPropertyDescriptor(target, name);
  const { configurable = true, enumerable = true, writable = true } = own ?? {};
  const safeBefore = guard(report, before);
  let active = true;

  // A proxy has the name, the length, the text and all other properties of what is behind it, and is no constructor where
  // that is none.
  const patched = new Proxy(original, {
    apply(_original, self: unknown, args: unknown[]) {
      const advice = active ? safeBefore(self, args) : undefined;
      let threw = true;
      let result: unknown;
      try {
        // One that is only inherited may have been changed below since.
        result = Reflect.apply(own ? original : Object.getPrototypeOf(target)[name], self, args);
        threw = false;
      } finally {
        // Not caught: a debugger shall stop where the page's error is thrown.
        if (threw && advice?.threw) guard(report, advice.threw)();
      }
      return guard(report, () => advice?.returned?.(result))() ?? result;
    },
  });
  try {
    Object.defineProperty(target, name, { configurable, enumerable, writable, value: patched });
  } catch (error) {
    report(error);
    return () => {};
  }

  return () => {
    active = false;
    // Where somebody patched on top, ours stays underneath and passes everything through.
    if (target[name] !== (patched as unknown)) return;
    if (own) Object.defineProperty(target, name, own);
    else delete target[name];
  };
}
