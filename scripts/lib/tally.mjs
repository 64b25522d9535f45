/**
 * @typedef {object} Tally
 * @property {string} suite
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 * @property {string} [note] why something counts as failed that no test reported
 */

/**
 * Counts of vitest's JSON report.
 *
 * @param {unknown} report what the file holds, undefined when there is none
 * @param {number} code exit code of vitest
 * @returns {Tally}
 */
export function vitestTally(report, code) {
  if (!isObject(report)) return noReport("vitest");
  // A file that cannot be loaded has no tests that could fail.
  const broken = list(report.testResults).filter(
    (file) => file.status === "failed" && !list(file.assertionResults).some((test) => test.status === "failed"),
  );
  return finish(
    {
      suite: "vitest",
      passed: count(report.numPassedTests),
      failed: count(report.numFailedTests) + broken.length,
      skipped: count(report.numPendingTests) + count(report.numTodoTests),
    },
    code,
  );
}

/**
 * Counts of Playwright's JSON report. A test that passed at a second try is a failed one: nothing here is retried.
 *
 * @param {unknown} report
 * @param {number} code
 * @returns {Tally}
 */
export function playwrightTally(report, code) {
  if (!isObject(report) || !isObject(report.stats)) return noReport("playwright");
  const { expected, unexpected, flaky, skipped } = report.stats;
  return finish(
    {
      suite: "playwright",
      passed: count(expected),
      // Errors outside of a test (a file that cannot be loaded, a server that does not start) are listed apart.
      failed: count(unexpected) + count(flaky) + list(report.errors).length,
      skipped: count(skipped),
    },
    code,
  );
}

/**
 * Every way to run nothing and still look green counts as one failure.
 *
 * @param {Tally} tally
 * @param {number} code
 * @returns {Tally}
 */
function finish(tally, code) {
  if (tally.failed > 0) return tally;
  if (code !== 0) return { ...tally, failed: 1, note: `no test failed, but it ended with exit code ${code}` };
  if (tally.passed === 0) return { ...tally, failed: 1, note: "no test ran" };
  return tally;
}

/**
 * @param {string} suite
 * @returns {Tally}
 */
function noReport(suite) {
  return { suite, passed: 0, failed: 1, note: "it ended without a report" };
}

/**
 * The last line of `npm test`, which other programs read.
 *
 * @param {readonly Tally[]} tallies
 */
export function summary(tallies) {
  return `${sum(tallies, "passed")} passed, ${sum(tallies, "failed")} failed`;
}

/** @param {readonly Tally[]} tallies */
export function hasFailed(tallies) {
  return tallies.length === 0 || sum(tallies, "failed") > 0;
}

/** @param {Tally} tally */
export function tallyLine({ suite, passed, failed, skipped, note }) {
  const parts = [`${passed} passed`, `${failed} failed`, ...(skipped ? [`${skipped} skipped`] : [])];
  return `${suite}: ${parts.join(", ")}${note ? ` (${note})` : ""}`;
}

/**
 * @param {readonly Tally[]} tallies
 * @param {"passed" | "failed"} key
 */
function sum(tallies, key) {
  return tallies.reduce((total, tally) => total + tally[key], 0);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>[]}
 */
function list(value) {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** @param {unknown} value */
function count(value) {
  return typeof value === "number" ? value : 0;
}
