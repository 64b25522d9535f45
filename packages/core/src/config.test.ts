import { expect, test } from "vitest";
import { choice, flag, optionalText, rate, readOptions, requiredText } from "./config.js";

const TABLE = {
  id: requiredText,
  service: optionalText,
  share: rate(100),
  loud: flag(false),
  mode: choice(["on", "off"], "on"),
} as const;

test("defaults fill what is not given", () => {
  expect(readOptions(TABLE, { id: "shop" })).toEqual({
    id: "shop",
    service: undefined,
    share: 100,
    loud: false,
    mode: "on",
  });
});

test.each([
  [{}, 'option "id" is undefined, which it cannot be'],
  [undefined, 'option "id" is undefined, which it cannot be'],
  [{ id: "" }, 'option "id" is "", which it cannot be'],
  [{ id: "a", share: "many" }, 'option "share" is "many", which it cannot be'],
  [{ id: "a", share: 101 }, 'option "share" is 101, which it cannot be'],
  [{ id: "a", share: Number.NaN }, 'option "share" is null, which it cannot be'],
  [{ id: "a", loud: 1 }, 'option "loud" is 1, which it cannot be'],
  [{ id: "a", mode: "maybe" }, 'option "mode" is "maybe", which it cannot be'],
  [{ id: "a", service: () => {} }, 'option "service" is function, which it cannot be'],
])("%j is refused with the option's name", (given, error) => {
  expect(readOptions(TABLE, given)).toEqual({ error });
});

test("options of a newer version are ignored", () => {
  expect(readOptions(TABLE, { id: "a", future: 1 })).not.toHaveProperty("error");
});
