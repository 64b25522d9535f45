import { expect, test } from "vitest";
import { type Trace, w3c } from "../tracing/propagator.js";
import { b3 } from "./b3.js";
import { type BaggageKey, baggage } from "./baggage.js";

const trace: Trace = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  sampled: true,
  user: {},
};
const not = { ...trace, sampled: false };

test("the W3C's header says whether the trace is sampled, and carries a state only where there is one", () => {
  expect(w3c(trace)).toEqual({ traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
  expect(w3c({ ...not, state: "shop=1" })).toEqual({
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    tracestate: "shop=1",
  });
});

test("B3 comes as one header or as three", () => {
  expect(b3()(trace)).toEqual({ b3: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1" });
  expect(b3({ multi: true })(not)).toEqual({
    "X-B3-TraceId": trace.traceId,
    "X-B3-SpanId": trace.spanId,
    "X-B3-Sampled": "0",
  });
});

test("baggage carries what is listed and known, encoded, and nothing else", () => {
  const known = { ...trace, session: "s-1", user: { user_id: "Zoë, 1=2;x%", account_id: "acme", user_email: "z@x" } };
  expect(baggage(["session.id", "user.id"])(known)).toEqual({
    baggage: "session.id=s-1,user.id=Zo%C3%AB%2C%201%3D2%3Bx%25",
  });
  expect(baggage(["account.id"])(known)).toEqual({ baggage: "account.id=acme" });
  expect(baggage(["user.id"])(trace)).toEqual({});
  expect(baggage(["traceId", "constructor", "__proto__"] as unknown as BaggageKey[])(known)).toEqual({});
});
