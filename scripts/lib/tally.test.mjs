import { expect, test } from "vitest";
import { hasFailed, playwrightTally, summary, tallyLine, vitestTally } from "./tally.mjs";

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 2 }, errors: [] };

test("passed, failed and skipped tests are counted", () => {
  expect(vitestTally(vitest, 0)).toEqual({ suite: "vitest", passed: 5, failed: 0, skipped: 2 });
  expect(playwrightTally(playwright, 0)).toEqual({ suite: "playwright", passed: 4, failed: 0, skipped: 2 });
});

test("a file that cannot be loaded counts as failed, one whose tests failed is not counted twice", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{ status: "failed" }] },
    { status: "passed", assertionResults: [{ status: "passed" }] },
  ];
  expect(vitestTally({ ...vitest, numFailedTests: 1, testResults }, 1).failed).toBe(2);
});

test("an error outside of every test counts as failed", () => {
  expect(playwrightTally({ ...playwright, errors: [{ message: "no server" }] }, 1).failed).toBe(1);
});

test("a test that passed at a second try has failed", () => {
  expect(playwrightTally({ stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 0 } }, 0).failed).toBe(1);
});

test("a suite that ran nothing has failed", () => {
  expect(vitestTally({ ...vitest, numPassedTests: 0 }, 0)).toMatchObject({ failed: 1, note: "no test ran" });
  expect(playwrightTally({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 3 } }, 0)).toMatchObject({
    failed: 1,
    note: "no test ran",
  });
});

test("a bad exit code has failed, even when every test passed", () => {
  expect(vitestTally(vitest, 1)).toMatchObject({
    passed: 5,
    failed: 1,
    note: "no test failed, but it ended with exit code 1",
  });
});

test.each([undefined, null, "text", 3])("a report that is %j has failed", (report) => {
  expect(vitestTally(report, 0)).toMatchObject({ passed: 0, failed: 1 });
  expect(playwrightTally(report, 0)).toMatchObject({ passed: 0, failed: 1 });
});

test("the last line sums every suite", () => {
  const tallies = [
    { suite: "a", passed: 3, failed: 0 },
    { suite: "b", passed: 4, failed: 1, skipped: 2, note: "why" },
  ];
  expect(summary(tallies)).toBe("7 passed, 1 failed");
  expect(hasFailed(tallies)).toBe(true);
  expect(tallyLine(tallies[1])).toBe("b: 4 passed, 1 failed, 2 skipped (why)");
});

test("nothing at all is a failure", () => {
  expect(hasFailed([])).toBe(true);
  expect(hasFailed([{ suite: "a", passed: 1, failed: 0 }])).toBe(false);
});
