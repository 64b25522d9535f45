// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import type { StandIn } from "../api.js";
import type { Sojourn } from "../index.js";
import { STAND_IN, snippet } from "./index.js";

const init = { applicationId: "shop", clientToken: "pub-1f3a9c", endpoint: "https://rum.example/v1/rum" };

/** The stand-in as an inline script makes it. */
function standIn(): Sojourn & Required<StandIn> {
  const made = new Function(`${STAND_IN}return sojourn`)();
  onTestFinished(() => {
    removeEventListener("error", made.l, true);
    removeEventListener("unhandledrejection", made.l, true);
  });
  return made;
}

test("a call of any name is remembered with its time", () => {
  const sojourn = standIn();
  vi.spyOn(performance, "now").mockReturnValue(120);
  sojourn.addAction("early", { a: 1 });
  sojourn.setUser({ id: "u" });
  expect(sojourn.q).toEqual([
    ["addAction", ["early", { a: 1 }], 120],
    ["setUser", [{ id: "u" }], 120],
  ]);
  expect(sojourn.getSession()).toBeUndefined();
});

test("it stands for no promise: waiting for it ends", async () => {
  const sojourn = standIn();
  expect(await Promise.resolve(sojourn)).toBe(sojourn);
  expect(await sojourn.flush()).toBeUndefined();
});

test("errors that nobody caught are remembered with their time, those of elements too", () => {
  const sojourn = standIn();
  vi.spyOn(performance, "now").mockReturnValue(80);
  const uncaught = new ErrorEvent("error", { error: new Error("early") });
  dispatchEvent(uncaught);
  const image = document.createElement("img");
  document.body.append(image);
  image.dispatchEvent(new Event("error"));
  expect(sojourn.e.map(([event, at]) => [event.target === image, at])).toEqual([
    [false, 80],
    [true, 80],
  ]);
});

test("a loop of calls, or of errors, fills no memory", () => {
  const sojourn = standIn();
  for (let i = 0; i < 1000; i++) {
    sojourn.addAction(`a${i}`);
    dispatchEvent(new Event("error"));
  }
  expect([sojourn.q.length, sojourn.e.length]).toEqual([200, 50]);
  expect(sojourn.q[0]?.[1][0]).toBe("a0");
});

test("what the page says cannot end the script it stands in, nor an attribute", () => {
  const html = snippet({ src: 'https://x.example/"a&b', init: { ...init, service: "</script><img>" }, nonce: 'n"' });
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).toContain('src="https://x.example/&quot;a&amp;b"');
  expect(html).toContain('nonce="n&quot;"');
  const { service } = JSON.parse(/init\((.*)\)/.exec(html)?.[1] ?? "");
  expect(service).toBe("</script><img>");
});
