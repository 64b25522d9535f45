// @vitest-environment happy-dom
import type { Scope } from "@sojourn/core";
import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import { watchTabs } from "./tabs.js";

const scopes: Scope[] = [];
afterEach(() => {
  for (const scope of scopes.splice(0)) scope.stop();
  vi.unstubAllGlobals();
});

function newScope() {
  const made = createTestScope();
  scopes.push(made.scope);
  return made;
}

/** Channels as a browser has them, within one page: a message reaches the others that are open. */
function stubChannels() {
  const open = new Set<{ onmessage?: (() => void) | null }>();
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      onmessage: (() => void) | null = null;
      constructor() {
        open.add(this);
      }
      postMessage() {
        for (const other of open) if (other !== this) other.onmessage?.();
      }
      close() {
        open.delete(this);
      }
    },
  );
  return open;
}

test("cookie changes are heard by the browser's own event, for our cookie alone", () => {
  const cookieStore = new EventTarget();
  vi.stubGlobal("cookieStore", cookieStore);
  const onChange = vi.fn();
  watchTabs(newScope().scope, "_s", onChange);
  const change = (lists: object) => cookieStore.dispatchEvent(Object.assign(new Event("change"), lists));
  change({ changed: [{ name: "other" }], deleted: [] });
  expect(onChange).not.toHaveBeenCalled();
  change({ changed: [{ name: "_s" }], deleted: [] });
  change({ changed: [], deleted: [{ name: "_s" }] });
  expect(onChange).toHaveBeenCalledTimes(2);
});

test("where there is no such event tabs tell each other", () => {
  vi.stubGlobal("cookieStore", undefined);
  stubChannels();
  const [one, two] = [vi.fn(), vi.fn()];
  const announce = watchTabs(newScope().scope, "_s", one);
  watchTabs(newScope().scope, "_s", two);
  announce();
  expect([one.mock.calls.length, two.mock.calls.length]).toEqual([0, 1]);
});

test("no channel is open while the page may be in the back/forward cache, and what was missed is looked up", () => {
  vi.stubGlobal("cookieStore", undefined);
  const open = stubChannels();
  const onChange = vi.fn();
  const { scope } = newScope();
  watchTabs(scope, "_s", onChange);
  window.dispatchEvent(new Event("pagehide"));
  expect(open.size).toBe(0);
  window.dispatchEvent(new Event("pageshow"));
  expect(open.size).toBe(1);
  expect(onChange).toHaveBeenCalledTimes(1);
  scope.stop();
  expect(open.size).toBe(0);
});

test("a browser that refuses channels has no other tabs, and throws nothing", () => {
  vi.stubGlobal("cookieStore", undefined);
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      constructor() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      }
    },
  );
  const { scope, errors } = newScope();
  watchTabs(scope, "_s", vi.fn())();
  expect(errors).toEqual([]);
});
