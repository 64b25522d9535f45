import { guard, type Report, type Stop } from "@sojourn/core";

type Method = (this: unknown, ...args: unknown[]) => unknown;
/** Sees the result and may answer another in its place. Not called when the original throws. */
export type After = (result: unknown) => unknown;

/**
 * Advice around one method. The page keeps what it had: `this`, arguments, result, errors, `name` and `length`, and no
 * constructor where there was none. Other patches may lie below or above.
 */
export function patchMethod<T extends object>(
  target: T,
  name: keyof T & string,
  report: Report,
  before: (self: unknown, args: unknown[]) => After | undefined,
): Stop {
  const original = target[name] as Method;
  if (typeof original !== "function") return () => {};
  const own = Object.getOwnPropertyDescriptor(target, name);
  const safeBefore = guard(report, before);
  let active = true;

  // A method in short form is no constructor, as built-in methods are none.
  const { patched } = {
    patched(this: unknown, ...args: unknown[]): unknown {
      const after = active ? safeBefore(this, args) : undefined;
      const result = original.apply(this, args);
      if (!after) return result;
      try {
        return after(result);
      } catch (error) {
        report(error);
        return result;
      }
    },
  };
  for (const key of ["name", "length"] as const) {
    Object.defineProperty(patched, key, { value: original[key], configurable: true });
  }
  Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, ...own, value: patched });

  return () => {
    active = false;
    // Where somebody patched on top, ours stays underneath and passes everything through.
    if (target[name] === (patched as unknown)) Object.defineProperty(target, name, { ...own, value: original });
  };
}
