// @vitest-environment happy-dom
import { gunzipSync } from "node:zlib";
import { createTestScope } from "@sojourn/core/test";
import { afterEach, expect, test, vi } from "vitest";
import { createSender } from "./sender.js";

const TEXT = `{"events":[${'{"type":"action","action_name":"价"},'.repeat(100)}{}]}`;
/** A body that is out, as the intake reads it. */
interface Request {
  body: unknown;
  keepalive: boolean | undefined;
}

function setUp() {
  const { clock, scope, errors } = createTestScope();
  const requests: Request[] = [];
  vi.stubGlobal("Request", class extends Request {});
  Object.defineProperty(globalThis.Request.prototype, "keepalive", { value: false });
  vi.stubGlobal("fetch", (_url: string, { body, keepalive }: RequestInit) => {
    requests.push({ body, keepalive });
    return new Promise(() => {});
  });
  const sender = createSender({ scope, url: "https://rum.example/v1/rum?t", heard: () => {}, lost: () => {} });
  stop = scope.stop;
  return { clock, sender, requests, errors };
}
let stop = () => {};
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

const read = ({ body }: Request) => (body instanceof Uint8Array ? gunzipSync(body).toString() : undefined);

test("an ordinary body is compressed", async () => {
  const { sender, requests } = setUp();
  sender.send({ json: TEXT, events: 101 }, false);
  await vi.waitUntil(() => requests.length);
  expect(requests.map(read)).toEqual([TEXT]);
  const [length = 0] = requests.map(({ body }) => (body as Uint8Array).length);
  expect(length).toBeLessThan(TEXT.length / 10);
  expect(sender.sentBytes()).toBe(length);
});

test("bodies that are compressed at the same time leave two at once, and the budget counts what they are then", async () => {
  const { sender, requests } = setUp();
  for (let i = 0; i < 3; i++) sender.send({ json: `${i}${"x".repeat(32_700)}`, events: 1 }, false);
  await vi.waitUntil(() => requests.length === 2);
  expect(requests.map(({ keepalive }) => keepalive)).toEqual([true, true]);
});

test("an exit does not wait until it is compressed", async () => {
  const { sender, requests } = setUp();
  sender.send({ json: TEXT, events: 101 }, false);
  sender.exit();
  expect(requests).toEqual([{ body: TEXT, keepalive: true }]);
  // What is compressed now comes too late.
  await new Promise((resolve) => setImmediate(resolve));
  expect(requests).toHaveLength(1);
  expect([...sender.waiting()]).toMatchObject([{ body: TEXT }]);
});

test.each([
  ["has none", undefined],
  [
    "breaks it",
    class {
      constructor() {
        throw new Error("theirs");
      }
    },
  ],
])("where the page %s a body leaves as it is", async (_name, replaced) => {
  const { sender, requests, errors } = setUp();
  vi.stubGlobal("CompressionStream", replaced);
  sender.send({ json: TEXT, events: 101 }, false);
  await vi.waitUntil(() => requests.length);
  expect(requests).toEqual([{ body: TEXT, keepalive: true }]);
  expect(errors).toEqual([]);
});

test("after a stop nothing leaves that was being compressed", async () => {
  const { sender, requests } = setUp();
  sender.send({ json: TEXT, events: 101 }, false);
  stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(requests).toEqual([]);
});
