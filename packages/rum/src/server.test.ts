import { expect, test, vi } from "vitest";

test("on a server the import has no effect, and no call throws or does anything", async () => {
  expect(typeof document).toBe("undefined");
  const before = Object.keys(globalThis).sort();
  const { fetch } = globalThis;
  const { createRum, sojourn } = await import("./index.js");
  const log = vi.spyOn(console, "error");
  for (const rum of [sojourn, createRum()]) {
    rum.init({ applicationId: "shop", clientToken: "pub", endpoint: "https://rum.example/v1/rum" });
    rum.addAction("a");
    rum.startAction("a");
    rum.stopAction("a");
    rum.addError(new Error("b"));
    rum.addTiming("c");
    rum.startView("d");
    rum.setUser({ id: "u" });
    rum.clearUser();
    rum.setGlobalContext({ e: 1 });
    rum.setTrackingConsent("granted");
    expect(rum.getSession()).toBeUndefined();
    await rum.flush();
    rum.stop();
  }
  expect(log).not.toHaveBeenCalled();
  expect(globalThis.fetch).toBe(fetch);
  expect(Object.keys(globalThis).sort()).toEqual(before);
});
