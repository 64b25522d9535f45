// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { b3 } from "../propagators/b3.js";
import { baggage } from "../propagators/baggage.js";
import { requests } from "../requests/index.js";
import { createTestSdk } from "../test/sdk.js";
import { FakeXhr } from "../test/xhr.js";
import { tracing } from "./index.js";
import type { Propagator } from "./propagator.js";

const API = "https://api.example";
const PARENT = /^00-[\da-f]{32}-[\da-f]{16}-01$/;
const THEIRS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

beforeEach(() => vi.stubGlobal("XMLHttpRequest", class extends FakeXhr {}));
afterEach(() => vi.unstubAllGlobals());

function setUp(options: Record<string, unknown> = {}, given: Parameters<typeof createTestSdk>[0] = {}) {
  const calls: unknown[][] = [];
  vi.stubGlobal("fetch", (...args: unknown[]) => {
    calls.push(args);
    return Promise.resolve(new Response());
  });
  return { ...begin(options, given), calls, ...last(calls) };
}

/** An SDK on the page as it is. */
function begin(options: Record<string, unknown> = {}, given: Parameters<typeof createTestSdk>[0] = {}) {
  const test = createTestSdk({ ...given, options: { traceOrigins: [API], ...options, ...given.options } });
  test.start(tracing());
  const fields: object[] = [];
  if (options && !("traceOrigins" in options)) {
    test.sdk.share(requests).started.on((request) => fields.push(request.fields));
  }
  return { ...test, fields };
}

const last = (calls: unknown[][]) => ({
  init: () => calls.at(-1)?.[1] as (RequestInit & Record<string, unknown>) | undefined,
  sent: (name: string) => new Headers((calls.at(-1)?.[1] as RequestInit | undefined)?.headers).get(name),
});

function xhr(before: (one: FakeXhr) => void = () => {}, url = `${API}/a`): FakeXhr {
  const one = new XMLHttpRequest() as unknown as FakeXhr;
  one.open("GET", url);
  before(one);
  one.send();
  return one;
}

test("a request to a listed origin carries a trace of its own, whose ids are the resource's", () => {
  const { sent, fields } = setUp();
  void fetch(`${API}/a`);
  const parents = [sent("traceparent"), xhr().headers.traceparent];
  void fetch(new URL(`${API}/b`));
  parents.push(sent("traceparent"));
  for (const parent of parents) expect(parent).toMatch(PARENT);
  expect(new Set(parents.map((parent) => parent?.slice(3, 35))).size).toBe(3);
  expect(fields).toEqual(parents.map((parent) => ({ trace_id: parent?.slice(3, 35), span_id: parent?.slice(36, 52) })));
});

test.each([
  ["another origin", "https://other.example/a"],
  ["an origin that begins like a listed one", "https://api.example.evil.example/a"],
  ["another scheme", "http://api.example/a"],
  ["another port", "https://api.example:8443/a"],
  ["a listed origin in the query", "https://other.example/?to=https://api.example"],
  ["a listed origin as credentials", "https://api.example@other.example/"],
  ["the page's own origin, which is not listed", "/a"],
])("%s gets no header", (_which, url) => {
  const { init, fields } = setUp();
  const given = { method: "POST" };
  void fetch(url, given);
  expect(init()).toBe(given);
  expect(xhr(undefined, url).headers).toEqual({});
  expect(fields).toEqual([{}, {}]);
});

test("the page's own origin is one that can be listed, and a default port is no other", () => {
  const { sent } = setUp({ traceOrigins: [location.origin, "HTTPS://API.example:443"] });
  void fetch("/a");
  expect(sent("traceparent")).toMatch(PARENT);
  void fetch(`${API}/a`);
  expect(sent("traceparent")).toMatch(PARENT);
});

test.each([["api.example"], ["https://api.example/v1"], ["*"], [/api/]])(
  "%s is no origin, and init says so",
  (origin) => {
    expect(() => setUp({ traceOrigins: [origin] })).toThrow(/traceOrigins/);
  },
);

test("without listed origins nothing is patched", () => {
  const { open, send, setRequestHeader } = XMLHttpRequest.prototype;
  const { init } = setUp({ traceOrigins: [] });
  void fetch(`${API}/a`);
  expect(init()).toBeUndefined();
  expect(XMLHttpRequest.prototype).toMatchObject({ open, send, setRequestHeader });
});

test.each([
  ["an object", { Traceparent: THEIRS }],
  ["a list", [["traceparent", THEIRS]]],
  ["Headers", new Headers({ traceparent: THEIRS })],
])("a traceparent that the page gave in %s stays alone, and its ids are the resource's", (_what, headers) => {
  const { init, fields } = setUp();
  const given = { headers } as RequestInit;
  void fetch(`${API}/a`, given);
  expect(init()).toBe(given);
  void fetch(new Request(`${API}/a`, given));
  expect(init()).toBeUndefined();
  const ids = { trace_id: THEIRS.slice(3, 35), span_id: THEIRS.slice(36, 52) };
  expect(fields).toEqual([ids, ids]);
});

test("headers that can be read only once reach the server, without a trace", () => {
  const { init, fields } = setUp();
  const headers = new Map([["x-own", "1"]]).entries();
  void fetch(`${API}/a`, { headers } as unknown as RequestInit);
  expect([...((init()?.headers ?? []) as unknown as Iterable<unknown>)]).toEqual([["x-own", "1"]]);
  expect(fields).toEqual([{}]);
});

test("a traceparent that the page set on an XHR stays alone, and the next sending gets one of ours", () => {
  const { fields } = setUp();
  const one = xhr((it) => it.setRequestHeader("TraceParent", THEIRS));
  expect(one.headers.traceparent).toBe(THEIRS);
  expect(fields).toEqual([{ trace_id: THEIRS.slice(3, 35), span_id: THEIRS.slice(36, 52) }]);
  one.answer(200);
  one.open("GET", `${API}/a`);
  one.send();
  expect(one.headers.traceparent).toMatch(PARENT);
});

test("a fetch that is made of an XMLHttpRequest carries one trace", async () => {
  let made: FakeXhr | undefined;
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    made = xhr(
      (one) => new Headers(init?.headers).forEach((value, name) => void one.setRequestHeader(name, value)),
      url,
    );
    return Promise.resolve(new Response());
  });
  const { fields } = begin();
  await fetch(`${API}/a`);
  expect(made?.headers.traceparent).toMatch(PARENT);
  const [own, inner] = fields;
  expect(inner).toEqual(own);
});

test("two SDKs on a page add one trace, which both know", () => {
  const { sent, fields } = setUp();
  const other = begin();
  void fetch(`${API}/a`);
  expect(sent("traceparent")).toMatch(PARENT);
  const one = xhr();
  expect(one.headers.traceparent).toMatch(PARENT);
  expect(other.fields).toHaveLength(2);
  expect(fields).toEqual(other.fields);
});

test("a request that cannot carry headers is left alone", () => {
  const { init, fields } = setUp();
  const given = { mode: "no-cors" } as const;
  void fetch(`${API}/a`, given);
  expect(init()).toBe(given);
  void fetch(new Request(`${API}/a`, given));
  expect(init()).toBeUndefined();
  expect(fields).toEqual([{}, {}]);
});

test("before consent nothing is added", () => {
  const { init } = setUp({}, { granted: false });
  void fetch(`${API}/a`);
  expect(init()).toBeUndefined();
  expect(xhr().headers).toEqual({});
});

test("a session that is not measured says so in its traces", () => {
  const { sent } = setUp({}, { options: { sessionSampleRate: 0 } });
  void fetch(`${API}/a`);
  expect(sent("traceparent")).toMatch(/-00$/);
});

test("the rest of what fetch was given stays: its other options, the headers, and an object of them", () => {
  const { init, sent, calls } = setUp();
  const body = new ReadableStream();
  const extras = { method: "PUT", body, duplex: "half", priority: "low", retries: 3 };
  void fetch(`${API}/a`, { ...extras, headers: { Authorization: "Bearer x" } } as RequestInit);
  expect(init()).toMatchObject({ ...extras, headers: { Authorization: "Bearer x" } });
  expect(init()?.body).toBe(body);
  void fetch(`${API}/a`, { headers: [["X-One", "1"]] });
  expect([sent("x-one"), sent("traceparent")]).toEqual(["1", expect.stringMatching(PARENT)]);
  const given = new Headers({ "x-two": "2" });
  void fetch(`${API}/a`, { headers: given });
  expect(init()?.headers).toBeInstanceOf(Headers);
  expect(new Headers(init()?.headers).get("x-two")).toBe("2");
  expect([...given.keys()]).toEqual(["x-two"]);
  const request = new Request(`${API}/a`, { method: "POST", body: "x", headers: { "X-Three": "3" } });
  void fetch(request);
  expect(calls.at(-1)?.[0]).toBe(request);
  expect(request.bodyUsed).toBe(false);
  expect(new Headers(init()?.headers).get("x-three")).toBe("3");
  expect(init()).toMatchObject({ referrer: request.referrer, referrerPolicy: request.referrerPolicy });
});

test("options that an object has of its prototype count", () => {
  const { init } = setUp();
  void fetch(`${API}/a`, Object.create({ method: "DELETE" }));
  expect(init()?.method).toBe("DELETE");
});

test("options that are null are none", () => {
  const { sent, errors } = setUp();
  void fetch(`${API}/a`, null as unknown as RequestInit);
  expect(sent("traceparent")).toMatch(PARENT);
  expect(errors).toEqual([]);
});

test("frozen options are not touched", () => {
  const { init, errors } = setUp();
  const headers = Object.freeze({ a: "1" });
  const given = Object.freeze({ headers });
  void fetch(`${API}/a`, given);
  expect(init()?.headers).toMatchObject({ a: "1", traceparent: expect.stringMatching(PARENT) });
  expect(given).toEqual({ headers: { a: "1" } });
  expect(errors).toEqual([]);
});

const fail: Propagator = () => {
  throw new Error("theirs");
};
test("a propagator that throws leaves the request as it was", () => {
  const { init, errors } = setUp({ tracePropagators: [fail] });
  const given = { method: "POST" };
  void fetch(`${API}/a`, given);
  expect(init()).toBe(given);
  expect(xhr().headers).toEqual({});
  expect(errors).toHaveLength(2);
});

test("the state that the application gives is sent, and none otherwise", () => {
  const { sent } = setUp();
  void fetch(`${API}/a`);
  expect(sent("tracestate")).toBeNull();
  const other = setUp({ traceState: "shop=1" });
  void fetch(`${API}/a`);
  expect(other.sent("tracestate")).toBe("shop=1");
});

test("baggage is added to what the application has in it, once", () => {
  const { init, who } = setUp({ tracePropagators: [baggage(["session.id", "user.id"])] });
  who.current = { user_id: "u 1" };
  void fetch(`${API}/a`, { headers: { Baggage: "own=1" } });
  // The browser makes one of both.
  expect(init()?.headers).toEqual({ Baggage: "own=1", baggage: "session.id=id-1,user.id=u%201" });
  void fetch(`${API}/a`, { headers: { baggage: "own=1" } });
  expect(init()?.headers).toEqual({ baggage: "own=1,session.id=id-1,user.id=u%201" });
  expect(xhr((one) => one.setRequestHeader("Baggage", "own=1")).headers.baggage).toBe(
    "own=1, session.id=id-1,user.id=u%201",
  );
  expect(xhr().headers.baggage).toBe("session.id=id-1,user.id=u%201");
});

test.each([["traceparent"], ["b3"]])("a request with a %s of the page's own gets no other header either", (name) => {
  const { init } = setUp({ tracePropagators: [b3(), baggage(["session.id"])] });
  const given = { headers: { [name]: THEIRS } };
  void fetch(`${API}/a`, given);
  expect(init()).toBe(given);
  expect(xhr((one) => one.setRequestHeader(name, THEIRS)).headers).toEqual({ [name]: THEIRS });
});

test("a stop gives everything back", () => {
  const { open, send, setRequestHeader } = XMLHttpRequest.prototype;
  const { scope, init } = setUp();
  expect(XMLHttpRequest.prototype.setRequestHeader).not.toBe(setRequestHeader);
  scope.stop();
  expect(XMLHttpRequest.prototype).toMatchObject({ open, send, setRequestHeader });
  void fetch(`${API}/a`);
  expect(init()).toBeUndefined();
});

test("the trace of a session that is measured only once it has an error says that it is not sampled", () => {
  const { sent } = setUp({ sessionSampleRate: 0, sessionOnErrorSampleRate: 100 });
  void fetch(`${API}/a`);
  expect(sent("traceparent")).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
});
