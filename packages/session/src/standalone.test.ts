// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { createSession, type Standalone } from "./standalone.js";

const running: Standalone[] = [];
const start = (options: Parameters<typeof createSession>[0] = {}) => {
  const session = createSession(options);
  running.push(session);
  return session;
};
afterEach(() => {
  for (const session of running.splice(0)) {
    session.erase();
    session.stop();
  }
});

test("a session is there at once, in a cookie that says id, created and expire", () => {
  const info = start().getSession();
  expect(info?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(document.cookie).toBe(`_sojourn_s=id=${info?.id}&created=${info?.created}&expire=${info?.expire}`);
  expect((info?.expire ?? 0) - (info?.created ?? 0)).toBe(15 * 60_000);
});

test("two names are two sessions, one name is one", () => {
  const [one, same, other] = [start(), start(), start({ name: "_other" })];
  expect(same.getSession()?.id).toBe(one.getSession()?.id);
  expect(other.getSession()?.id).not.toBe(one.getSession()?.id);
});

test("forcing, ending and beginning are announced, until nobody listens", () => {
  const session = start();
  const seen: (string | undefined)[] = [];
  const stop = session.onSessionChange((info) => seen.push(info?.id));
  const first = session.getSession()?.id;
  session.startSession();
  const second = session.getSession()?.id;
  session.stopSession();
  expect(seen).toEqual([undefined, second, undefined]);
  expect(second).not.toBe(first);
  stop();
  session.startSession();
  expect(seen).toHaveLength(3);
});

test("without consent nothing is stored, and granting stores the session that was there", () => {
  const session = start({ granted: false });
  const { id } = session.getSession() ?? {};
  expect(session.getSession()?.confirmed).toBe(false);
  session.startSession();
  session.stopSession();
  expect(document.cookie).toBe("");
  expect(localStorage).toHaveLength(0);

  const other = start({ granted: false });
  const provisional = other.getSession()?.id;
  other.grant();
  expect(other.getSession()).toMatchObject({ id: provisional, confirmed: true });
  expect(document.cookie).toContain(`id=${provisional}`);
  expect(provisional).not.toBe(id);
});

test("stopping removes every listener", () => {
  const added = vi.spyOn(window, "addEventListener");
  const removed = vi.spyOn(window, "removeEventListener");
  const session = start();
  session.stop();
  expect(removed.mock.calls.map(([type]) => type).sort()).toEqual(added.mock.calls.map(([type]) => type).sort());
  expect(added).toHaveBeenCalled();
});

test("S25: a prerendered page begins its session when it is shown", () => {
  const prerendering = vi.fn(() => true);
  Object.defineProperty(document, "prerendering", { get: prerendering, configurable: true });
  try {
    const session = start();
    expect(session.getSession()).toBeUndefined();
    expect(document.cookie).toBe("");
    prerendering.mockReturnValue(false);
    document.dispatchEvent(new Event("prerenderingchange"));
    expect(session.getSession()?.id).toBeDefined();
  } finally {
    Reflect.deleteProperty(document, "prerendering");
  }
});
