import { expect, test } from "vitest";
import { readSessionPage } from "../api/read.js";
import { sessionRow, T0 } from "../testing.js";
import { EMPTY_LIST, type ListChange, type ListState, MAX_ROWS, reduceList, shownItems } from "./list-state.js";

/** Sessions named by numbers; a greater number began later. */
const page = (numbers: number[], next: string | null = null, changes = {}) =>
  readSessionPage({ items: numbers.map((n) => sessionRow({ session_id: `s${n}`, date: T0 + n, ...changes })), next });

const newest = (numbers: number[], next: string | null = null, hold = false): ListChange => ({
  kind: "newest",
  question: "q",
  page: page(numbers, next),
  hold,
});
const older = (numbers: number[], next: string | null = null): ListChange => ({
  kind: "older",
  question: "q",
  page: page(numbers, next),
});

const after = (...changes: ListChange[]): ListState => changes.reduce(reduceList, EMPTY_LIST);
const ids = (state: ListState) => shownItems(state).map((item) => Number(item.session_id.slice(1)));

test("shows what came first without any of it being new", () => {
  const state = after(newest([3, 2, 1]));
  expect(ids(state)).toEqual([3, 2, 1]);
  expect(state.arrived.size).toBe(0);
});

test("adds new sessions at the top and marks them", () => {
  const state = after(newest([3, 2], "c"), newest([4, 3], "c2"));
  expect(ids(state)).toEqual([4, 3, 2]);
  expect([...state.arrived]).toEqual(["s4"]);
});

test("takes the newest figures of sessions it has", () => {
  const state = reduceList(after(newest([2, 1])), {
    kind: "newest",
    question: "q",
    page: page([2, 1], null, { session_view_count: 9 }),
    hold: false,
  });
  expect(state.items.map((item) => item.session_view_count)).toEqual([9, 9]);
});

test("lets new sessions wait while the reader is busy, and shows them after", () => {
  const held = after(newest([2, 1]), newest([3, 2, 1], null, true), newest([4, 3, 2, 1], null, true));
  expect(ids(held)).toEqual([2, 1]);
  expect(held.waiting.size).toBe(2);
  const released = reduceList(held, { kind: "release" });
  expect(ids(released)).toEqual([4, 3, 2, 1]);
  expect(released.arrived.size).toBe(2);
});

test("keeps older pages and their cursor while new sessions come", () => {
  const state = after(newest([6, 5], "c4"), older([4, 3], "c2"), newest([7, 6], "c5"));
  expect(ids(state)).toEqual([7, 6, 5, 4, 3]);
  expect(state.next).toBe("c2");
});

test("never shows a session twice when pages overlap", () => {
  expect(ids(after(newest([6, 5], "c5"), older([5, 4])))).toEqual([6, 5, 4]);
});

test("begins anew when more came than one page holds", () => {
  const state = after(newest([2, 1], "c1"), newest([9, 8], "c8"));
  expect(ids(state)).toEqual([9, 8]);
  expect(state.next).toBe("c8");
});

test("drops a session that is no longer answered", () => {
  expect(ids(after(newest([3, 2, 1]), newest([3, 1])))).toEqual([3, 1]);
  expect(ids(after(newest([4, 3, 2], "c2"), older([1]), newest([4, 2], "c2")))).toEqual([4, 2, 1]);
});

test("empties when nothing is left", () => {
  expect(ids(after(newest([2, 1]), newest([])))).toEqual([]);
});

test("begins another list for another question, and drops late pages of the old one", () => {
  const state = reduceList(after(newest([2, 1], "c")), { kind: "newest", question: "r", page: page([9]), hold: true });
  expect(ids(state)).toEqual([9]);
  expect(ids(reduceList(state, older([1])))).toEqual([9]);
});

test(`keeps at most ${MAX_ROWS} rows`, () => {
  const many = Array.from({ length: MAX_ROWS + 10 }, (_, i) => MAX_ROWS + 10 - i);
  expect(after(newest(many.slice(0, 50), "c"), older(many.slice(50))).items).toHaveLength(MAX_ROWS);
});
