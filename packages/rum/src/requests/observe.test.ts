// @vitest-environment happy-dom
import { createTestScope } from "@sojourn/core/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeXhr } from "../test/xhr.js";
import { type Calling, requests as observe, type ScriptRequest } from "./index.js";

let stop = () => {};
beforeEach(() => vi.stubGlobal("XMLHttpRequest", class extends FakeXhr {}));
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

function setUp(
  fetch: (...args: unknown[]) => unknown = () => Promise.resolve(new Response()),
  calling: (call: Calling) => void = () => {},
) {
  vi.stubGlobal("fetch", fetch);
  const { scope, errors } = createTestScope();
  stop = scope.stop;
  const told: string[] = [];
  const requests: ScriptRequest[] = [];
  const service = observe({ scope });
  service.calling.on(calling);
  service.started.on((request) => {
    requests.push(request);
    told.push(`started ${requests.indexOf(request)}`);
  });
  service.ended.on((request) => {
    const how = request.status === undefined ? "dropped" : "ended";
    told.push([how, requests.indexOf(request), request.status].join(" ").trim());
  });
  return { told, requests, errors, xhr: () => new XMLHttpRequest() as unknown as FakeXhr };
}

test("an XHR is one request for each sending", () => {
  const { xhr, told, requests } = setUp();
  const one = xhr();
  for (const path of ["/a", "/b"]) {
    one.open("get", path);
    one.send();
    one.answer(200);
  }
  expect(told).toEqual(["started 0", "ended 0 200", "started 1", "ended 1 200"]);
  expect(requests.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
    ["GET", "/a"],
    ["GET", "/b"],
  ]);
});

test("a second send, which throws, is no request and leaves the first", () => {
  const { xhr, told } = setUp();
  const one = xhr();
  one.open("GET", "/a");
  one.send();
  expect(() => one.send()).toThrow(DOMException);
  one.answer(200);
  expect(() => one.send()).toThrow(DOMException);
  expect(told).toEqual(["started 0", "ended 0 200"]);
});

test("a send that throws is dropped, and may come again", () => {
  const { xhr, told } = setUp();
  const one = xhr();
  one.open("POST", "/a");
  expect(() => one.send("throws")).toThrow("theirs");
  one.send();
  one.answer(200);
  expect(told).toEqual(["started 0", "dropped 0", "started 1", "ended 1 200"]);
});

test("opening again drops what is in flight, and the second's status is the second's", () => {
  const { xhr, told } = setUp();
  const one = xhr();
  one.open("GET", "/a");
  one.send();
  expect(() => one.open("GET", "bad:")).toThrow(SyntaxError);
  expect(told).toEqual(["started 0"]);
  one.open("GET", "/b");
  one.send();
  one.answer(404);
  expect(told).toEqual(["started 0", "dropped 0", "started 1", "ended 1 404"]);
});

test("opening and sending again in the load listener leaves each its own status", () => {
  const { xhr, told } = setUp();
  const one = xhr();
  one.addEventListener(
    "load",
    () => {
      one.open("GET", "/b");
      one.send();
    },
    { once: true },
  );
  one.open("GET", "/a");
  one.send();
  one.answer(200);
  one.answer(500);
  expect(told).toEqual(["started 0", "ended 0 200", "started 1", "ended 1 500"]);
});

test("addresses without a request are none, in any spelling", () => {
  const { xhr, told } = setUp();
  for (const url of ["data:,x", " DATA:,x", "blob:http://localhost/x"]) {
    void fetch(url);
    const one = xhr();
    one.open("GET", url);
    one.send();
  }
  expect(told).toEqual([]);
});

test("a fetch ends with its answer or its failure, which reach the page", async () => {
  const failure = new TypeError("Failed to fetch");
  const { told } = setUp((url) =>
    url === "/fail" ? Promise.reject(failure) : Promise.resolve(new Response(null, { status: 204 })),
  );
  expect((await fetch("/a")).status).toBe(204);
  await expect(fetch("/fail")).rejects.toBe(failure);
  expect(told).toEqual(["started 0", "ended 0 204", "started 1", "ended 1 0"]);
});

test("a fetch that throws is dropped, and what is no promise reaches the page", () => {
  const { told } = setUp((url) => {
    if (url === "/throws") throw new Error("theirs");
    return "nothing";
  });
  expect(() => fetch("/throws")).toThrow("theirs");
  expect(fetch("/a")).toBe("nothing");
  expect(told).toEqual(["started 0", "dropped 0", "started 1"]);
});

class OwnPromise<T> extends Promise<T> {}

test.each([
  ["with a method of its own", () => Object.assign(Promise.resolve(new Response()), { cancel: () => {} })],
  ["of a class of its own", () => OwnPromise.resolve(new Response())],
])("a promise %s reaches the page as it is", async (_which, make) => {
  const promise = make();
  const { told } = setUp(() => promise);
  expect(fetch("/a")).toBe(promise);
  await promise;
  await Promise.resolve();
  expect(told).toEqual(["started 0", "ended 0 200"]);
});

test("where such a promise is rejected and the page handles it, no second rejection is announced", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const promise = Object.assign(Promise.reject(new TypeError("Failed to fetch")), { cancel: () => {} });
  const { told } = setUp(() => promise);
  await (fetch("/a") as Promise<unknown>).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(told).toEqual(["started 0", "ended 0 0"]);
});

test.each([
  ["abort", "aborted"],
  ["timeout", "timeout"],
  ["error", "network"],
])("an XHR that ends by %s is known as %s, and the next one is not", (event, error) => {
  const { xhr, requests } = setUp();
  const one = xhr();
  one.open("GET", "/a");
  one.send();
  one.answer(0, event);
  one.open("GET", "/a");
  one.send();
  one.answer(200);
  expect(requests.map(({ fields }) => fields.resource_error)).toEqual([error, undefined]);
});

test.each([
  ["by the browser", new TypeError("Failed to fetch"), undefined, "network"],
  ["by an abort", new DOMException("aborted", "AbortError"), undefined, "aborted"],
  ["by an abort with a reason of the page's", "unmounted", AbortSignal.abort("unmounted"), "aborted"],
  ["by an abort of nothing", undefined, AbortSignal.abort("unmounted"), "aborted"],
  ["by a timeout", new DOMException("too long", "TimeoutError"), AbortSignal.abort(), "timeout"],
  ["by nothing", undefined, undefined, "network"],
])("a fetch that fails %s is known as that, and the page gets the reason", async (_how, reason, signal, error) => {
  const { requests } = setUp(() => Promise.reject(reason));
  await expect(fetch("/a", { signal: signal ?? null })).rejects.toBe(reason);
  await expect(fetch(new Request("http://shop.example/a", { signal: signal ?? null }))).rejects.toBe(reason);
  expect(requests.map(({ fields }) => fields.resource_error)).toEqual([error, error]);
});

test("a reason that throws when it is looked at reaches the page", async () => {
  const reason = {
    get name() {
      throw new Error("theirs");
    },
  };
  const { errors } = setUp(() => Promise.reject(reason));
  await expect(fetch("/a")).rejects.toBe(reason);
  expect(errors).toHaveLength(1);
});

test("an answer that tells nothing of itself is no failure", async () => {
  const { requests } = setUp(() => Promise.resolve(Response.error()));
  await fetch("/a", { mode: "no-cors" });
  expect(requests).toMatchObject([{ status: 0, fields: {} }]);
  expect(requests[0]?.fields).toEqual({});
});

test("a fetch that is made of an XMLHttpRequest is one request, the latter", async () => {
  const { told, requests } = setUp((url) => {
    const one = new XMLHttpRequest() as unknown as FakeXhr;
    one.open("GET", String(url));
    one.send();
    return Promise.resolve().then(() => {
      one.answer(200);
      return new Response();
    });
  });
  await fetch("/a");
  expect(requests.map(({ kind }) => kind)).toEqual(["fetch", "xmlhttprequest"]);
  expect(told).toEqual(["started 0", "dropped 0", "started 1", "ended 1 200"]);
});

test("what a stand-in for fetch asks for beside is a request of its own", async () => {
  const { told } = setUp(() => {
    const one = new XMLHttpRequest() as unknown as FakeXhr;
    one.open("POST", "/log");
    one.send();
    return Promise.resolve(new Response());
  });
  await fetch("/a");
  expect(told).toEqual(["started 0", "started 1", "ended 0 200"]);
});

test("what is asked for after a fetch of the same address has returned, or thrown, is a request of its own", () => {
  const { told, xhr } = setUp((url) => {
    if (url === "/throws") throw new Error("theirs");
    return new Promise(() => {});
  });
  for (const path of ["/a", "/throws"]) {
    try {
      void fetch(path);
    } catch {}
    const one = xhr();
    one.open("GET", path);
    one.send();
  }
  expect(told).toEqual(["started 0", "started 1", "started 2", "dropped 2", "started 3"]);
});

test("the call is made with what its arguments were changed to", async () => {
  const real = vi.fn((..._args: unknown[]) => Promise.resolve(new Response()));
  const { xhr } = setUp(real, ({ args, xhr }) => {
    args[xhr ? 0 : 1] = xhr ? "body" : { method: "POST" };
  });
  await fetch("/a");
  expect(real.mock.calls).toEqual([["/a", { method: "POST" }]]);
  const one = xhr();
  one.open("POST", "/a");
  one.send();
  expect(one.body).toBe("body");
});

test("the page gets the very response that the browser gave", async () => {
  const response = new Response("text");
  setUp(() => Promise.resolve(response));
  expect(await fetch("/a")).toBe(response);
});
