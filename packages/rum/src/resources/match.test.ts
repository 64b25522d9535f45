import type { RelativeMs } from "@sojourn/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ScriptRequest } from "../requests/index.js";
import { createMatcher, type EntryLike, type Found } from "./match.js";

const ms = (value: number) => value as RelativeMs;
const request = (
  startedAt: number,
  url = "https://shop.example/a",
  kind: ScriptRequest["kind"] = "fetch",
): ScriptRequest => ({
  kind,
  method: "GET",
  url,
  startedAt: ms(startedAt),
  fields: {},
});
const entry = (startTime: number, name = "https://shop.example/a", initiatorType = "fetch"): EntryLike => ({
  name,
  startTime,
  initiatorType,
});
const end = (one: ScriptRequest, at: number, status = 200) =>
  Object.assign(one, { endedAt: ms(at), status, fields: status ? {} : { resource_error: "network" } });

/** Each call answers what it handed on, if anything. */
function setUp() {
  const handed: Found<EntryLike>[] = [];
  const matcher = createMatcher<EntryLike>((found) => handed.push(found));
  const last =
    <A extends unknown[]>(call: (...args: A) => void) =>
    (...args: A) => {
      call(...args);
      return handed.pop();
    };
  return {
    started: matcher.started,
    ended: last(matcher.ended),
    /** It ends without a status. */
    dropped: last((one: ScriptRequest) => matcher.ended(one)),
    entry: last(matcher.entry),
    drain() {
      matcher.drain();
      return handed.splice(0);
    },
  };
}

test("an entry that no script asked for is handed on at once", () => {
  const image = entry(5, "https://shop.example/a.png", "img");
  expect(setUp().entry(image)).toEqual({ entry: image });
});

test("request and entry become one resource, whichever is complete first", () => {
  const first = setUp();
  const one = request(10);
  const its = entry(10.4);
  first.started(one);
  expect(first.ended(end(one, 50))).toBeUndefined();
  expect(first.entry(its)).toEqual({ entry: its, request: one });

  const second = setUp();
  const other = request(10);
  second.started(other);
  expect(second.entry(its)).toBeUndefined();
  expect(second.ended(end(other, 50))).toEqual({ entry: its, request: other });
});

test("requests for the same address get their own entries", () => {
  const matcher = setUp();
  const [a, b] = [request(10), request(20)];
  for (const one of [a, b]) matcher.started(one);
  for (const one of [a, b]) matcher.ended(end(one, 30));
  expect(matcher.entry(entry(20.2))?.request).toBe(b);
  expect(matcher.entry(entry(10.1))?.request).toBe(a);
});

test("requests for the same address in one task get their own entries", () => {
  const matcher = setUp();
  const [a, b] = [request(10), request(10.5)];
  for (const one of [a, b]) matcher.started(one);
  matcher.ended(end(a, 60));
  expect(matcher.entry(entry(10.2))?.request).toBe(a);
  matcher.entry(entry(10.7));
  expect(matcher.ended(end(b, 2000))?.request).toBe(b);
});

test("requests that all seem to have begun after their entries get them in order", () => {
  const matcher = setUp();
  const [a, b] = [request(10.2), request(10.7)];
  for (const one of [a, b]) matcher.ended(end(one, 60)) ?? matcher.started(one);
  expect(matcher.entry(entry(10))?.request).toBe(a);
  expect(matcher.entry(entry(10.5))?.request).toBe(b);
});

test("by coarse clocks a request may seem to be after its entry: one from long before that has none is not taken", () => {
  const matcher = setUp();
  const [a, b] = [request(5), request(10.5)];
  for (const one of [a, b]) matcher.started(one);
  matcher.ended(end(b, 60));
  expect(matcher.entry(entry(10))?.request).toBe(b);
});

test("a fragment in the asked address does not part it from its entry", () => {
  const matcher = setUp();
  const one = request(10, "https://shop.example/a#top");
  matcher.started(one);
  matcher.ended(end(one, 20));
  expect(matcher.entry(entry(10))?.request).toBe(one);
});

test("a policy that made https out of http does not part a request from its entry", () => {
  const matcher = setUp();
  const one = request(10, "http://shop.example/a");
  matcher.started(one);
  matcher.ended(end(one, 20));
  expect(matcher.entry(entry(10))?.request).toBe(one);
});

test("a request that was answered out of a preload is no second resource, the next one is", () => {
  const matcher = setUp();
  const preload = entry(5, undefined, "link");
  expect(matcher.entry(preload)).toEqual({ entry: preload });
  const [preloaded, again] = [request(500), request(600)];
  for (const one of [preloaded, again]) {
    matcher.started(one);
    matcher.ended(end(one, one.startedAt + 1));
  }
  expect(matcher.drain()).toEqual([{ request: again }]);
});

test.each([
  ["that failed", request(500), 0],
  ["of another address", request(500, "https://shop.example/b"), 200],
])("a request %s is not taken for one that was preloaded", (_which, one, status) => {
  const matcher = setUp();
  matcher.entry(entry(5, undefined, "link"));
  matcher.started(one);
  expect(matcher.ended(end(one, one.startedAt + 1, status)) ?? matcher.drain()[0]).toEqual({ request: one });
});

test("a dropped request is no resource, its entry is one, whichever comes first", () => {
  const matcher = setUp();
  const [first, second, third] = [request(10), request(20), request(30)];
  const its = [entry(10.1), entry(20.1)];
  matcher.started(first);
  for (const one of its.slice(0, 1)) expect(matcher.entry(one)).toBeUndefined();
  expect(matcher.dropped(first)).toEqual({ entry: its[0] });
  matcher.started(second);
  expect(matcher.dropped(second)).toBeUndefined();
  for (const one of its.slice(1)) expect(matcher.entry(one)).toEqual({ entry: one });
  matcher.started(third);
  expect(matcher.dropped(third)).toBeUndefined();
  expect(matcher.drain()).toEqual([]);
});

test("an XHR's entry does not go to a fetch", () => {
  const matcher = setUp();
  matcher.started(request(10));
  expect(matcher.entry(entry(11, undefined, "xmlhttprequest"))?.request).toBeUndefined();
});

test("an answer that goes on for long, or tells nothing of itself, is one resource, with the times of its entry", () => {
  for (const status of [200, 0]) {
    const matcher = setUp();
    const one = request(0);
    matcher.started(one);
    expect(matcher.ended(Object.assign(end(one, 10, status), { fields: {} }))).toBeUndefined();
    const its = entry(0.5);
    expect(matcher.entry(its)).toEqual({ entry: its, request: one });
  }
});

test("a failed request is handed on at once, as some engines write no entry for it, and where one comes it is swallowed", () => {
  const matcher = setUp();
  const one = request(0);
  matcher.started(one);
  expect(matcher.ended(end(one, 100, 0))).toEqual({ request: one });
  expect(matcher.entry(entry(0.5))).toBeUndefined();
  expect(matcher.drain()).toEqual([]);
});

test("an entry that comes after its request was handed on is swallowed", () => {
  const matcher = setUp();
  const one = request(0);
  matcher.started(one);
  matcher.ended(end(one, 10));
  expect(matcher.drain()).toEqual([{ request: one }]);
  expect(matcher.entry(entry(0.5))).toBeUndefined();
});

test("at an exit everything answered is handed on, what is still on its way is not", () => {
  const matcher = setUp();
  const [answered, running] = [request(0), request(1)];
  matcher.started(answered);
  matcher.started(running);
  matcher.ended(end(answered, 10));
  expect(matcher.drain()).toEqual([{ request: answered }]);
});

test("of requests that never end, and of preloads, the oldest are forgotten", () => {
  const matcher = setUp();
  const first = request(0);
  matcher.started(first);
  for (let i = 0; i < 500; i++) matcher.started(request(i, `https://shop.example/${i}`));
  expect(matcher.entry(entry(0))).toEqual({ entry: entry(0) });
  matcher.entry(entry(0, undefined, "link"));
  for (let i = 0; i < 100; i++) matcher.entry(entry(i, `https://shop.example/other/${i}`, "link"));
  const late = request(200);
  matcher.started(late);
  matcher.ended(end(late, 201));
  expect(matcher.drain()).toEqual([{ request: late }]);
});

test("each resource is handed on exactly once, in any interleaving", () => {
  const urls = ["https://shop.example/a", "https://shop.example/b"];
  const order = fc.constantFrom("end-entry", "entry-end", "end-only", "preloaded", "entry-drop", "drop-entry", "drop");
  const script = fc.array(fc.record({ url: fc.constantFrom(...urls), order }), { maxLength: 30 });
  fc.assert(
    fc.property(script, fc.infiniteStream(fc.nat(1000)), (plan, picks) => {
      const matcher = setUp();
      const handed: object[] = [];
      const keep = (found: Found<EntryLike> | undefined) => {
        if (found) handed.push(found.request ?? found.entry ?? {});
      };
      const expected: object[] = [];
      const tracks = plan.map(({ url, order }, i) => {
        // What was given up or preloaded has an address of its own: its entry would be as good for another request.
        const dropped = order.includes("drop");
        const address = dropped || order === "preloaded" ? `${url}/${i}` : url;
        const one = request(i * 10, address);
        const its = entry(i * 10 + 0.3, address);
        const ended = () => keep(matcher.ended(end(one, i * 10 + 5)));
        const entered = () => keep(matcher.entry(its));
        const drop = () => keep(matcher.dropped(one));
        const steps = {
          "end-entry": [ended, entered],
          "entry-end": [entered, ended],
          "entry-drop": [entered, drop],
          "drop-entry": [drop, entered],
          "end-only": [ended],
          preloaded: [ended],
          drop: [drop],
        }[order];
        const preload = order === "preloaded" ? entry(i * 10 - 5, address, "link") : undefined;
        if (preload || order !== "drop") expected.push(preload ?? (dropped ? its : one));
        return { one, preload, steps };
      });
      // All begin in order; what follows is interleaved at random.
      for (const { one, preload } of tracks) {
        if (preload) keep(matcher.entry(preload));
        matcher.started(one);
      }
      const open = tracks.map(({ steps }) => [...steps]);
      while (open.length) {
        const at = picks.next().value % open.length;
        open[at]?.shift()?.();
        if (open[at]?.length === 0) open.splice(at, 1);
      }
      for (const found of matcher.drain()) keep(found);
      expect(handed.length).toBe(expected.length);
      expect(new Set(handed).size).toBe(expected.length);
      for (const one of expected) if (!("kind" in one)) expect(handed).toContain(one);
    }),
  );
});
