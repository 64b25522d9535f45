import { expect, test } from "vitest";
import { runChecks } from "./index.mjs";

const check = (name, problems) => ({ name, problems });

test("checks are counted, and what they found is said", async () => {
  const lines = [];
  const tally = await runChecks("/", (line) => void lines.push(line), [
    check("good", async () => []),
    check("bad", async () => ["a.ts:1: wrong"]),
  ]);
  expect(tally).toEqual({ suite: "check", passed: 1, failed: 1 });
  expect(lines).toEqual(["ok     good", "FAILED bad", "       a.ts:1: wrong"]);
});

test("a check that cannot run has failed", async () => {
  const broken = check("broken", () => Promise.reject(new Error("no such file")));
  expect((await runChecks("/", () => {}, [broken])).failed).toBe(1);
});
