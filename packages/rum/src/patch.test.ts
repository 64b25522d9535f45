import { expect, test, vi } from "vitest";
import { patchMethod } from "./patch.js";

class Base {
  greet(name: string, punctuation = "!") {
    if (name === "nobody") throw new RangeError("who?");
    return { self: this, text: `hello ${name}${punctuation}` };
  }
}
const fresh = () => {
  class Target extends Base {}
  Object.defineProperty(Target.prototype, "greet", {
    value: Base.prototype.greet,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return Target.prototype;
};

test("the page keeps this, arguments, result, name, length and the shape of the property", () => {
  const target = fresh();
  const before = Object.getOwnPropertyDescriptor(target, "greet");
  patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), () => undefined);
  const after = Object.getOwnPropertyDescriptor(target, "greet");
  expect({ ...after, value: 0 }).toEqual({ ...before, value: 0 });
  expect(target.greet.name).toBe("greet");
  expect(target.greet.length).toBe(1);
  expect("prototype" in target.greet).toBe(false);
  expect(() => Reflect.construct(target.greet, [])).toThrow(TypeError);
  const self = Object.create(target) as Base;
  expect(self.greet("you", "?")).toEqual({ self, text: "hello you?" });
});

test("what the original throws reaches the page as it is", () => {
  const target = fresh();
  const after = vi.fn();
  patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), () => ({ returned: after }));
  expect(() => target.greet("nobody")).toThrow(RangeError);
  expect(after).not.toHaveBeenCalled();
});

test("what is done around a call is counted as the SDK's own time, and the call itself is not", () => {
  const target = fresh();
  const { greet } = Base.prototype;
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  Object.assign(target, {
    greet(this: Base, ...args: Parameters<Base["greet"]>) {
      now += 100;
      return greet.apply(this, args);
    },
  });
  const report = Object.assign(vi.fn<(error: unknown) => void>(), { cost: { ms: 0, depth: 0 } });
  patchMethod(target, "greet", report, () => {
    now += 1;
    return {
      returned(result) {
        now += 2;
        return result;
      },
    };
  });
  expect(target.greet("you")).toMatchObject({ text: "hello you!" });
  expect(report.cost).toEqual({ ms: 3, depth: 0 });
});

test("a throw is seen and changes nothing, even when what sees it throws as well", () => {
  const target = fresh();
  const report = vi.fn<(error: unknown) => void>();
  const threw = vi.fn(() => {
    throw new Error("ours");
  });
  patchMethod(target, "greet", report, () => ({ threw }));
  target.greet("you");
  expect(threw).not.toHaveBeenCalled();
  expect(() => target.greet("nobody")).toThrow("who?");
  expect(threw).toHaveBeenCalledTimes(1);
  expect(report).toHaveBeenCalledTimes(1);
});

test.each([
  ["an object that is frozen", (target: Base) => Object.freeze(target)],
  ["a property that cannot be changed", (target: Base) => lock(target, { writable: false, configurable: false })],
  ["a getter that cannot be replaced", (target: Base) => lock(target, { configurable: false }, true)],
])("%s is left alone, and that is reported once", (_what, locked) => {
  const target = fresh();
  locked(target);
  const { greet } = target;
  const report = vi.fn<(error: unknown) => void>();
  const stop = patchMethod(target, "greet", report, () => undefined);
  expect(target.greet).toBe(greet);
  expect(report).toHaveBeenCalledTimes(1);
  expect(stop).not.toThrow();
});

function lock(target: Base, descriptor: PropertyDescriptor, getter = false): void {
  const { greet } = target;
  if (getter) delete (target as Partial<Base>).greet;
  Object.defineProperty(target, "greet", getter ? { ...descriptor, get: () => greet } : descriptor);
}

test("a method given by a getter is patched, and the getter comes back", () => {
  const target = fresh();
  lock(target, { configurable: true, enumerable: true }, true);
  const before = Object.getOwnPropertyDescriptor(target, "greet");
  const seen = vi.fn();
  const stop = patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), seen);
  target.greet("you");
  expect(seen).toHaveBeenCalledTimes(1);
  stop();
  expect(Object.getOwnPropertyDescriptor(target, "greet")).toEqual(before);
});

test("an inherited method is covered while patched, and inherited again afterwards", () => {
  const target = Object.create(fresh()) as Base;
  const stop = patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), () => undefined);
  expect(Object.keys(target)).toEqual(["greet"]);
  stop();
  expect(Object.getOwnPropertyDescriptor(target, "greet")).toBeUndefined();
  expect(target.greet("you").text).toBe("hello you!");
});

test("what the advice throws is reported, before and after alike", () => {
  const target = fresh();
  const report = vi.fn<(error: unknown) => void>();
  patchMethod(target, "greet", report, () => {
    throw new Error("before");
  });
  patchMethod(target, "greet", report, () => ({
    returned() {
      throw new Error("after");
    },
  }));
  expect(target.greet("you").text).toBe("hello you!");
  expect(report.mock.calls.map(([error]) => (error as Error).message)).toEqual(["after", "before"].sort().reverse());
});

test("stopping brings the very same function back", () => {
  const target = fresh();
  const { greet } = target;
  const stop = patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), () => undefined);
  expect(target.greet).not.toBe(greet);
  stop();
  expect(target.greet).toBe(greet);
});

test("stopping below somebody else's patch leaves theirs and only passes through", () => {
  const target = fresh();
  const ours = vi.fn();
  const stop = patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), ours);
  const below = target.greet;
  const theirs = vi.fn(function (this: Base, ...args: [string]) {
    return below.apply(this, args);
  });
  target.greet = theirs;
  stop();
  expect(target.greet("you").text).toBe("hello you!");
  expect(theirs).toHaveBeenCalledTimes(1);
  expect(ours).not.toHaveBeenCalled();
});

test("a patched method reads like the browser's own, and has what others have put on it", () => {
  const mark = Symbol("delegate");
  const target: { parse(text: string): unknown } = {
    parse: Object.assign(JSON.parse.bind(JSON), { [mark]: "theirs" }),
  };
  const text = String(target.parse);
  expect(text).toContain("[native code]");
  patchMethod(target, "parse", vi.fn<(error: unknown) => void>(), () => undefined);
  expect(String(target.parse)).toContain("[native code]");
  expect(Reflect.get(target.parse, mark)).toBe("theirs");
});

test("a method that a page made as a constructor stays one", () => {
  class Made {}
  const target = { make: Made as unknown as () => void };
  const seen = vi.fn();
  patchMethod(target, "make", vi.fn<(error: unknown) => void>(), seen);
  expect(Reflect.construct(target.make, [])).toBeInstanceOf(Made);
  expect(seen).not.toHaveBeenCalled();
});

test("a call is made whatever the page did to `apply` and `call`", () => {
  const target = { say: Object.assign((text: string) => `said ${text}`, { apply: null, call: null }) };
  patchMethod(target, "say", vi.fn<(error: unknown) => void>(), () => undefined);
  expect(target.say("it")).toBe("said it");
});

/** One that wraps a method as others do; it takes its wrapper off only where it lies on top. */
function theirs(target: Base, seen: () => void): () => void {
  const below = target.greet;
  let active = true;
  const above = function (this: Base, ...args: Parameters<Base["greet"]>) {
    if (active) seen();
    return below.apply(this, args);
  };
  target.greet = above;
  return () => {
    active = false;
    if (target.greet === above) target.greet = below;
  };
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length
    ? items.flatMap((item) => permutations(items.filter((one) => one !== item)).map((rest) => [item, ...rest]))
    : [[]];

const orders = permutations(["one of ours", "another of ours", "theirs", "others'"]);
test.each(orders.map((order) => [order.join(", "), order]))(
  "patches put on as %s, and taken off in any order, each see a call once while they are on",
  (_order, order) => {
    for (const off of permutations(order)) {
      const target = fresh();
      const { greet } = target;
      const original = vi.fn(greet);
      Object.defineProperty(target, "greet", { value: original, writable: true, configurable: true });
      const report = vi.fn<(error: unknown) => void>();
      const seen = new Map<string, number>();
      const stops = new Map<string, () => void>();
      const check = () => {
        seen.clear();
        original.mockClear();
        const self = Object.create(target) as Base;
        expect(self.greet("you", "?")).toEqual({ self, text: "hello you?" });
        expect(() => self.greet("nobody")).toThrow(RangeError);
        expect(original).toHaveBeenCalledTimes(2);
        expect(original.mock.contexts).toEqual([self, self]);
        expect([...seen.keys()].sort()).toEqual([...stops.keys()].sort());
        expect(new Set(seen.values())).toEqual(new Set(stops.size ? [2] : []));
      };
      for (const name of order) {
        const see = () => {
          seen.set(name, (seen.get(name) ?? 0) + 1);
          return undefined;
        };
        stops.set(name, name.endsWith("ours") ? patchMethod(target, "greet", report, see) : theirs(target, see));
        check();
      }
      for (const name of off) {
        stops.get(name)?.();
        stops.delete(name);
        check();
      }
      if (off.join() === [...order].reverse().join()) expect(target.greet).toBe(original);
      expect(report).not.toHaveBeenCalled();
    }
  },
);

test("where others put back what they found, whatever lies above, calls go on and ours is quiet after its stop", () => {
  const target = fresh();
  const { greet } = target;
  const ours = vi.fn();
  target.greet = vi.fn(greet);
  const stop = patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), ours);
  target.greet = greet;
  expect(target.greet("you").text).toBe("hello you!");
  stop();
  expect(target.greet).toBe(greet);
  expect(ours).not.toHaveBeenCalled();
});

test("a method that is only inherited is the one that stands below when it is called", () => {
  const below = { greet: () => "before" };
  const target: typeof below = Object.create(below);
  patchMethod(target, "greet", vi.fn<(error: unknown) => void>(), () => undefined);
  below.greet = () => "after";
  expect(target.greet()).toBe("after");
});
