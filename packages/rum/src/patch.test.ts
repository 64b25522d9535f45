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
  patchMethod(target, "greet", vi.fn(), () => undefined);
  const after = Object.getOwnPropertyDescriptor(target, "greet");
  expect({ ...after, value: 0 }).toEqual({ ...before, value: 0 });
  expect(target.greet.name).toBe("greet");
  expect(target.greet.length).toBe(1);
  expect("prototype" in target.greet).toBe(false);
  const self = Object.create(target) as Base;
  expect(self.greet("you", "?")).toEqual({ self, text: "hello you?" });
});

test("what the original throws reaches the page as it is", () => {
  const target = fresh();
  const after = vi.fn();
  patchMethod(target, "greet", vi.fn(), () => after);
  expect(() => target.greet("nobody")).toThrow(RangeError);
  expect(after).not.toHaveBeenCalled();
});

test("what the advice throws is reported, before and after alike", () => {
  const target = fresh();
  const report = vi.fn();
  patchMethod(target, "greet", report, () => {
    throw new Error("before");
  });
  patchMethod(target, "greet", report, () => () => {
    throw new Error("after");
  });
  expect(target.greet("you").text).toBe("hello you!");
  expect(report.mock.calls.map(([error]) => error.message)).toEqual(["after", "before"].sort().reverse());
});

test("stopping brings the very same function back", () => {
  const target = fresh();
  const { greet } = target;
  const stop = patchMethod(target, "greet", vi.fn(), () => undefined);
  expect(target.greet).not.toBe(greet);
  stop();
  expect(target.greet).toBe(greet);
});

test("stopping below somebody else's patch leaves theirs and only passes through", () => {
  const target = fresh();
  const ours = vi.fn();
  const stop = patchMethod(target, "greet", vi.fn(), ours);
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
