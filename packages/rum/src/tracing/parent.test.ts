// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { documentTrace, readParent } from "./parent.js";

const PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const IDS = { trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "00f067aa0ba902b7" };
const OTHER = PARENT.replace("4bf9", "0000");

afterEach(() => {
  document.head.innerHTML = "";
});

test.each([
  ["nothing", null],
  ["another version", PARENT.replace("00-", "01-")],
  ["upper case", PARENT.toUpperCase()],
  ["zeros as a trace", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
  ["zeros as a span", `00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01`],
  ["ids that are too short", "00-4bf92f3577b34da6-00f067aa0ba902b7-01"],
  ["something behind", `${PARENT}-x`],
  ["two of them", `${PARENT}, ${PARENT}`],
])("%s is no parent", (_what, header) => {
  expect(readParent(header)).toBeUndefined();
});

test("a document's trace is what its server says: in Server-Timing, else in the page", () => {
  const entry = (...serverTiming: object[]) => ({ serverTiming }) as unknown as PerformanceResourceTiming;
  expect(documentTrace({} as PerformanceResourceTiming)).toBeUndefined();
  document.head.innerHTML = `<meta name="traceparent" content="${PARENT}">`;
  expect(documentTrace({} as PerformanceResourceTiming)).toEqual(IDS);
  expect(documentTrace(entry({ name: "db", description: "x" }))).toEqual(IDS);
  expect(documentTrace(entry({ name: "traceparent", description: OTHER }))?.trace_id).toMatch(/^0000/);
});
