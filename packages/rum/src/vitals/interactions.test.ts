import fc from "fast-check";
import { expect, test } from "vitest";
import type { Interaction } from "./entries.js";
import { addInteraction, worstOf } from "./interactions.js";

type Event = [id: number, duration: number, startTime?: number];
const after = (...events: Event[]): readonly Interaction[] =>
  events.reduce<readonly Interaction[]>(
    (slowest, [interactionId, duration, startTime = interactionId]) =>
      addInteraction(slowest, { interactionId, duration, startTime } as Interaction),
    [],
  );

test("an interaction takes as long as the longest of its events, and of equal ones the first stands for it", () => {
  expect(after([7, 48, 1], [7, 104, 2], [7, 104, 3], [7, 56, 4])).toMatchObject([{ duration: 104, startTime: 2 }]);
});

test("of two interactions that took as long the first is the worst", () => {
  expect(after([7, 104], [14, 104])[0]?.interactionId).toBe(7);
});

test("what is no interaction, such as a movement of the mouse, counts for nothing", () => {
  expect(after([0, 500])).toEqual([]);
});

test("one in fifty interactions may be worse than what stands for them", () => {
  const slowest = after([1, 300], [8, 200], [15, 100]);
  expect(worstOf(slowest, 49)?.duration).toBe(300);
  expect(worstOf(slowest, 50)?.duration).toBe(200);
  expect(worstOf(slowest, 149)?.duration).toBe(100);
  expect(worstOf(slowest, 900)?.duration).toBe(100);
  expect(worstOf([], 10)).toBeUndefined();
});

test("a page of any length keeps ten, and they are the slowest", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 8, max: 999 }))), (events) => {
      const longest = new Map<number, number>();
      for (const [id, duration] of events) longest.set(id, Math.max(longest.get(id) ?? 0, duration));
      const expected = [...longest.values()].sort((a, b) => b - a).slice(0, 10);
      expect(after(...events).map(({ duration }) => duration)).toEqual(expected);
    }),
  );
});
