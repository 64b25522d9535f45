import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLanes, isBusy } from "./lanes.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const OPTIONS = { lanes: 2, waiting: 2, waitMs: 1000 };

/** Actions that end when they are told to. */
function actions(lanes = createLanes(OPTIONS)) {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, signal?: AbortSignal) =>
    lanes
      .run(() => {
        began.push(name);
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
      }, signal)
      .catch((error: unknown) => (isBusy(error) ? "busy" : String(error)));
  return { began, run, end: (name: string) => ends.get(name)?.() };
}

test("runs so many at a time, and the others in the order in which they came", async () => {
  const { began, run, end } = actions();
  const all = ["a", "b", "c", "d"].map((name) => run(name));
  await vi.advanceTimersByTimeAsync(0);
  expect(began).toEqual(["a", "b"]);
  end("b");
  await all[1];
  await vi.advanceTimersByTimeAsync(0);
  expect(began).toEqual(["a", "b", "c"]);
  for (const name of ["a", "c"]) end(name);
  await Promise.all([all[0], all[2]]);
  await vi.advanceTimersByTimeAsync(0);
  end("d");
  expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
});

test("refuses when too many wait, and who waited too long", async () => {
  const { began, run, end } = actions();
  const all = ["a", "b", "c", "d", "e"].map((name) => run(name));
  expect(await all[4]).toBe("busy");
  await vi.advanceTimersByTimeAsync(999);
  end("a");
  await all[0];
  await vi.advanceTimersByTimeAsync(1);
  expect(await all[3]).toBe("busy");
  expect(began).toEqual(["a", "b", "c"]);
});

test("who gives up waiting is not begun, and takes no lane", async () => {
  const { began, run, end } = actions();
  const gone = new AbortController();
  const all = [run("a"), run("b"), run("c", gone.signal), run("d")];
  await vi.advanceTimersByTimeAsync(0);
  gone.abort("gone");
  expect(await all[2]).toBe("gone");
  end("a");
  await all[0];
  await vi.advanceTimersByTimeAsync(0);
  expect(began).toEqual(["a", "b", "d"]);
});

test("a lane comes free after an action that failed", async () => {
  const lanes = createLanes({ ...OPTIONS, lanes: 1 });
  await expect(lanes.run(() => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
  expect(await lanes.run(async () => "next")).toBe("next");
});
