import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import { createDeferred } from "./deferred.js";

afterEach(() => vi.unstubAllGlobals());

const URL = "https://rum.example/v1/rum?t";
/** The browser's budget for what it is to send later. */
const QUOTA = 100;

function setUp() {
  const { scope, errors } = createTestScope();
  let held: { body: string; activateAfter?: number | undefined; credentials?: string | undefined }[] = [];
  vi.stubGlobal(
    "fetchLater",
    (_url: string, { body, signal, activateAfter, credentials }: RequestInit & { activateAfter?: number }) => {
      const one = { body: String(body), activateAfter, credentials };
      if (held.reduce((sum, { body }) => sum + body.length, one.body.length) > QUOTA) {
        throw new DOMException("too much", "QuotaExceededError");
      }
      held.push(one);
      signal?.addEventListener("abort", () => {
        held = held.filter((other) => other !== one);
      });
      return { activated: false };
    },
  );
  const deferred = createDeferred(scope);
  return {
    scope,
    deferred,
    errors,
    bodies: () => held.map(({ body }) => body),
    now: () => held.map((one) => one.activateAfter),
    credentials: () => held.map((one) => one.credentials),
  };
}

test("what is held takes the place of what was held before, and nothing stays when it has left or the SDK stops", () => {
  const { scope, deferred, bodies } = setUp();
  deferred.arm(URL, ["a".repeat(60)]);
  deferred.arm(URL, ["b".repeat(60), "c"]);
  expect(bodies()).toEqual(["b".repeat(60), "c"]);
  deferred.arm(URL, []);
  expect(bodies()).toEqual([]);
  deferred.arm(URL, ["d"]);
  scope.stop();
  expect(bodies()).toEqual([]);
});

test("what is over the quota is not held, and says so where it was to leave now", () => {
  const { deferred, bodies, errors } = setUp();
  deferred.arm(URL, ["a".repeat(60), "b".repeat(60)]);
  expect(bodies()).toEqual(["a".repeat(60)]);
  expect(deferred.send(URL, "c".repeat(60))).toBe(false);
  expect(errors).toEqual([]);
});

test("what leaves now is asked for at once", () => {
  const { deferred, now } = setUp();
  expect(deferred.send(URL, "a")).toBe(true);
  expect(now()).toEqual([0]);
});

test("a browser without it holds nothing", () => {
  const { scope, errors } = createTestScope();
  const deferred = createDeferred(scope);
  deferred.arm(URL, ["a"]);
  expect(deferred.send(URL, "a")).toBe(false);
  expect(errors).toEqual([]);
});

test("no cookie of the page goes along, as with every other request", () => {
  const { deferred, credentials } = setUp();
  deferred.arm(URL, ["a"]);
  deferred.send(URL, "b");
  expect(credentials()).toEqual(["omit", "omit"]);
});
