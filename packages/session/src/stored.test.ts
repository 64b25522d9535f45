import type { EpochMs, SessionId } from "@sojourn/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { endOf, IDLE_MS, isAlive, LONGEST_MS, parseStored, type Stored, serializeStored } from "./stored.js";

const T = 1_800_000_000_000;
const ms = (value: number) => value as EpochMs;
const stored = (created: number, expire: number): Stored => ({
  id: "a" as SessionId,
  created: ms(created),
  expire: ms(expire),
  rest: {},
});

test("what is written is what is read, unknown keys included", () => {
  const key = fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,10}$/).filter((k) => !["id", "created", "expire"].includes(k));
  const word = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
  const time = fc.nat(8_000_000_000_000).map(ms);
  const session = fc.record({
    id: fc.uuid() as fc.Arbitrary<SessionId>,
    created: time,
    expire: time,
    rest: fc.dictionary(key, word, { maxKeys: 5 }),
  });
  fc.assert(
    fc.property(session, (value) => {
      expect(parseStored(serializeStored(value))).toEqual({ ...value, rest: { ...value.rest } });
    }),
  );
});

test.each([
  undefined,
  "",
  "a",
  "a=",
  "=b",
  "id=A B&created=1&expire=2",
  "id=abc",
  "id=abc&created=1",
  "id=abc&created=x&expire=2",
  "id=abc&created=1e99&expire=2",
  "created=1&expire=2",
  "%&id=%41&created=1&expire=2",
  `id=${"x".repeat(5000)}&created=1&expire=2`,
])("%j is no session", (value) => {
  expect(parseStored(value)).toBeUndefined();
});

test("any rubbish is read without throwing", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3000 }), (value) => {
      parseStored(value);
    }),
  );
});

test("is alive until fifteen minutes after the last activity, and not at that moment", () => {
  const session = stored(T, T + IDLE_MS);
  expect(isAlive(session, ms(T + IDLE_MS - 1))).toBe(true);
  expect(isAlive(session, ms(T + IDLE_MS))).toBe(false);
});

test("a stored expiry cannot outlast four hours", () => {
  const session = stored(T, T + 100 * LONGEST_MS);
  expect(isAlive(session, ms(T + LONGEST_MS - 1))).toBe(true);
  expect(isAlive(session, ms(T + LONGEST_MS))).toBe(false);
});

test("a session from the future is not believed", () => {
  expect(isAlive(stored(T + 3_600_000, T + 3_600_000 + IDLE_MS), ms(T))).toBe(false);
});

test("the end is never more than fifteen minutes away", () => {
  expect(endOf(stored(T, T + LONGEST_MS), ms(T))).toBe(T + IDLE_MS);
});
