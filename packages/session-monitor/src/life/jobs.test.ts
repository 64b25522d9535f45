import { expect, test } from "vitest";
import { createMemoryStore } from "../stores/memory.js";
import { createManualClock } from "../testing/clock.js";
import { createJobs } from "./jobs.js";

function instances(count: number) {
  const clock = createManualClock();
  const store = createMemoryStore({ now: clock.now });
  const errors: unknown[] = [];
  const all = Array.from({ length: count }, (_, index) =>
    createJobs({
      clock,
      random: () => index / count,
      acquire: (job, ttlMs) => store.acquire(job, `i${index}`, ttlMs),
      onError: (error) => errors.push(error),
    }),
  );
  return { clock, all, errors };
}

test("a second job of one name is refused, since one of them would never run", () => {
  const [jobs] = instances(1).all;
  jobs?.add("roll up", 1000, async () => {});
  expect(() => jobs?.add("roll up", 1000, async () => {})).toThrow('there is a job "roll up" already');
  jobs?.stop();
});

test("a job runs on one of all instances, and on another when that one is gone", async () => {
  const { clock, all } = instances(3);
  const runs: number[] = [];
  all.forEach((jobs, index) => void jobs.add("roll up", 1000, async () => runs.push(index)));
  await clock.advance(10_000);
  expect(new Set(runs).size).toBe(1);
  expect(runs.length).toBeGreaterThanOrEqual(8);
  const [leader = 0] = runs;
  all[leader]?.stop();
  runs.length = 0;
  await clock.advance(10_000);
  expect(new Set(runs).size).toBe(1);
  expect(runs).not.toContain(leader);
  for (const jobs of all) jobs.stop();
});

test("a job that fails runs again", async () => {
  const { clock, all, errors } = instances(1);
  let runs = 0;
  all[0]?.add("purge", 1000, async () => {
    runs += 1;
    throw new Error("the store is away");
  });
  await clock.advance(3500);
  expect(runs).toBe(3);
  expect(errors).toHaveLength(3);
  all[0]?.stop();
});
