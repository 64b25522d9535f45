import { onTestFinished, vi } from "vitest";
import type { Answer, Transport } from "../delivery/post.js";
import { createSender } from "../delivery/sender.js";
import { createTestScope } from "./index.js";

interface Options {
  beacon?: (body: string) => boolean;
  /** Whether a request of this browser can outlive its page. */
  keepalive?: boolean;
  transport?: Transport;
}

/** A sender and a network of which the test gives the answers, in the order of the requests. */
export function createTestSender({ beacon = () => true, keepalive = true, transport }: Options = {}) {
  const { clock, scope, errors } = createTestScope();
  const requests: {
    url: string;
    body: string;
    keepalive: boolean;
    aborted(): boolean;
    answer(status: number, headers?: HeadersInit, text?: string | null): void;
    fail(): void;
  }[] = [];
  // What compresses does so in its own time; a test of its own is about that.
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("Request", keepalive ? class extends Request {} : class {});
  if (keepalive) Object.defineProperty(globalThis.Request.prototype, "keepalive", { value: false });
  vi.stubGlobal(
    "fetch",
    (url: string, init: RequestInit) =>
      new Promise<Response>((resolve, reject) => {
        requests.push({
          url,
          body: String(init.body),
          keepalive: init.keepalive === true,
          aborted: () => init.signal?.aborted === true,
          answer: (status, headers, text = null) => resolve(new Response(text, { status, headers })),
          fail: () => reject(new TypeError("Failed to fetch")),
        });
      }),
  );
  const beacons: string[] = [];
  const network = {
    onLine: true,
    sendBeacon(_url: string, body: string) {
      const taken = beacon(body);
      if (taken) beacons.push(body);
      return taken;
    },
  };
  vi.stubGlobal("navigator", network);
  const heard: Answer[] = [];
  const lost: [string, number][] = [];
  const sender = createSender({
    scope,
    url: "https://rum.example/v1/rum?t",
    transport,
    heard: (answer) => heard.push(answer),
    lost: (reason, events) => lost.push([reason, events]),
    random: () => 0.5,
  });
  onTestFinished(() => {
    scope.stop();
    vi.unstubAllGlobals();
  });
  return {
    clock,
    scope,
    errors,
    sender,
    send: (json: string, exit: boolean) => sender.send({ json, events: 2 }, exit),
    heard,
    lost,
    requests,
    beacons,
    names: () => requests.map(({ body }) => body.replace(/x+$/, "")),
    line(onLine: boolean) {
      network.onLine = onLine;
      window.dispatchEvent(new Event(onLine ? "online" : "offline"));
    },
    exit: sender.exit,
    restore: () => window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true })),
  };
}

/** Lets promise callbacks run. */
export const turn = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
/** A body of so many bytes. */
export const sized = (name: string, bytes: number) => name.padEnd(bytes, "x");
