import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCollectorClient } from "./client.js";
import { startFeed } from "./feed.js";

const TOKEN = "srv-of-the-shop-1234";

async function collector(answer: (body: { documents: unknown[] }) => { status: number; body?: unknown }) {
  const got: { authorization: string | undefined; documents: unknown[] }[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    got.push({ authorization: request.headers.authorization, documents: body.documents });
    const { status, body: value } = answer(body);
    response.writeHead(status).end(value === undefined ? undefined : JSON.stringify(value));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}
const document = (n: number) => ({ kind: "session_user", session_id: `s${n}`, user_id: "ann", date: n }) as const;

test("sends documents in parts of 500, and tells which were refused by their place among all", async () => {
  const { url, got } = await collector(({ documents }) =>
    documents.length === 500
      ? { status: 204 }
      : { status: 202, body: { accepted: 1, rejected: [{ index: 1, reason: "no" }] } },
  );
  const client = createCollectorClient({ url, token: TOKEN });
  expect(await client.tell(Array.from({ length: 1002 }, (_, n) => document(n)))).toEqual([
    { index: 1001, reason: "no" },
  ]);
  expect(got.map(({ documents }) => documents.length)).toEqual([500, 500, 2]);
  expect(new Set(got.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
  expect(await client.tell([])).toEqual([]);
  expect(got).toHaveLength(3);
});

test("rejects when they were not taken, with what the collector said", async () => {
  const { url } = await collector(() => ({ status: 503, body: { error: { code: "log_full" } } }));
  await expect(createCollectorClient({ url, token: TOKEN }).tell([document(1)])).rejects.toThrow(/503.*log_full/);
  const nobody = createCollectorClient({ url: "http://127.0.0.1:9", token: TOKEN });
  await expect(nobody.tell([document(1)])).rejects.toThrow();
});

test("names what is wrong with its options", () => {
  expect(() => createCollectorClient({ url: "collector.example", token: TOKEN })).toThrow("url must be http or https");
  expect(() => createCollectorClient({ url: "http://c.test", token: "short" })).toThrow("token must be 16 to 256");
});

test("a feed looks again and again, later after failures, once at a time, and stops", async () => {
  const waits: number[] = [];
  let due = () => {};
  const clock = {
    now: () => 0,
    after(ms: number, run: () => void) {
      waits.push(ms);
      due = run;
      return () => {
        due = () => {};
      };
    },
  };
  const answers = [true, false, "fails", "fails", false] as const;
  let steps = 0;
  const errors: unknown[] = [];
  const feed = startFeed({
    everyMs: 1000,
    clock,
    random: () => 0.5,
    onError: (error) => void errors.push(error),
    async step() {
      const answer = answers[steps] ?? false;
      steps += 1;
      if (answer === "fails") throw new Error("away");
      return answer;
    },
  });
  const turn = async () => {
    due();
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  await turn();
  expect(steps).toBe(2);
  await turn();
  await turn();
  await turn();
  expect([steps, errors.length]).toEqual([5, 2]);
  expect(waits).toEqual([1000, 1000, 2000, 4000, 1000]);
  await Promise.all([feed.run(), feed.run()]);
  expect(steps).toBe(6);
  feed.stop();
  await turn();
  expect(steps).toBe(6);
});
