import type { EpochMs, SessionId } from "@sojourn/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isAlive, LIMITS, parseStored, type Stored, serializeStored } from "./stored.js";

const T = 1_800_000_000_000;
const { idle: IDLE, longest: LONGEST } = LIMITS;
const alive = (session: Stored, wall: number) => isAlive(session, ms(wall), LIMITS);
const ms = (value: number) => value as EpochMs;
const stored = (created: number, expire: number): Stored => ({
  id: "a" as SessionId,
  created: ms(created),
  expire: ms(expire),
  rest: {},
});

test("S1: what is written is what is read, unknown keys included", () => {
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
])("S2: %j is no session", (value) => {
  expect(parseStored(value)).toBeUndefined();
});

test("S2: any rubbish is read without throwing", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3000 }), (value) => {
      parseStored(value);
    }),
  );
});

test("S6: is alive until fifteen minutes after the last activity, and not at that moment", () => {
  const session = stored(T, T + IDLE);
  expect(alive(session, T + IDLE - 1)).toBe(true);
  expect(alive(session, T + IDLE)).toBe(false);
});

test("S7: a stored end beyond four hours is cut to them", () => {
  const session = stored(T, T + 100 * LONGEST);
  expect(alive(session, T)).toBe(true);
  expect(alive(session, T + LONGEST - 1)).toBe(true);
  expect(alive(session, T + LONGEST)).toBe(false);
});

test("S8: a session from the future is not believed, and neither is one that was written in the future", () => {
  expect(alive(stored(T + 3_600_000, T + 3_600_000 + IDLE), T)).toBe(false);
  expect(alive(stored(T - 3_600_000, T + 3_600_000), T)).toBe(false);
});

test("small differences between clocks end nothing", () => {
  expect(alive(stored(T + 30_000, T + 30_000 + IDLE), T)).toBe(true);
});
