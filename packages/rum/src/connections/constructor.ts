import { guard, type Report, type Stop } from "@sojourn/core";

// biome-ignore lint/suspicious/noExplicitAny: a constructor of anything
type Constructor = (new (...args: any[]) => object) & { prototype: object };

/**
 * Tells of every object that a global constructor makes, those of subclasses included. For the page it stays the same: a
 * proxy has the name, length, prototype and statics of what is behind it, `instanceof` and `extends` work, and what it
 * throws is thrown. `arrived` sees the object and the time before it was made.
 */
export function patchConstructor(
  name: "WebSocket" | "EventSource",
  report: Report,
  now: () => number,
  arrived: (made: object, since: number) => void,
): Stop {
  const original = globalThis[name] as Constructor | undefined;
  if (!original) return () => {};
  const { prototype } = original;
  const own = Object.getOwnPropertyDescriptor(globalThis, name);
  const link = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const tell = guard(report, arrived);
  let active = true;

  const patched: Constructor = new Proxy(original, {
    construct(target, args, newTarget) {
      const since = now();
      // What stands in for the constructor may compare `new.target` with itself.
      const made: object = Reflect.construct(target, args, newTarget === patched ? target : newTarget);
      if (active) tell(made, since);
      return made;
    },
  });
  try {
    Object.defineProperty(globalThis, name, { ...own, value: patched });
  } catch (error) {
    report(error);
    return () => {};
  }
  // A page may ask an object for its constructor.
  const linked = link?.value === original && link?.writable;
  if (linked) Object.assign(prototype, { constructor: patched });

  return () => {
    active = false;
    if (linked && prototype.constructor === patched) Object.defineProperty(prototype, "constructor", link);
    // Where somebody patched on top, ours stays underneath and passes everything through.
    if (own && (globalThis[name] as unknown) === patched) Object.defineProperty(globalThis, name, own);
  };
}
