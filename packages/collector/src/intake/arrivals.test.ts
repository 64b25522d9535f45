import { expect, test } from "vitest";
import { refuse } from "../http/answers.js";
import { createArrivals } from "./arrivals.js";

const applications = [
  { id: "shop", clientToken: ["pub-new", "pub-old"] },
  { id: "bank", clientToken: "pub-bank" },
];

function setUp() {
  let time = 1000;
  const arrivals = createArrivals({ applications, now: () => (time += 1) });
  const note = (token: string, response: Response, origin = "https://shop.example", method = "POST") =>
    arrivals.note(new Request(`http://c.test/v1/rum?client_token=${token}`, { method, headers: { origin } }), response);
  return { arrivals, note };
}
const foreign = () =>
  refuse({ status: 403, code: "foreign_origin", message: "The origin is not among them.", field: "Origin" });

test("tells by application what was kept, under the token to use from now on", async () => {
  const { arrivals, note } = setUp();
  await note("pub-old", new Response(null, { status: 204 }));
  await note("pub-new", new Response(null, { status: 204 }));
  await note("pub-new", new Response(null, { status: 204 }), "https://shop.example", "OPTIONS");
  expect(arrivals.read().applications).toEqual([
    { application_id: "shop", client_token: "pub-new", beacons: 2, last_at: expect.any(Number) },
    { application_id: "bank", client_token: "pub-bank", beacons: 0, last_at: null },
  ]);
});

test("counts refusals by what they were for and where they came from, and hands the answers on unread", async () => {
  const { arrivals, note } = setUp();
  const answer = foreign();
  expect(await note("pub-new", answer, "https://other.example")).toBe(answer);
  expect((await answer.json()).error.code).toBe("foreign_origin");
  await note("pub-new", foreign(), "https://other.example", "OPTIONS");
  await note("typo", refuse({ status: 401, code: "unknown_token", message: "It belongs to none." }));
  expect(arrivals.read().refusals).toMatchObject([
    { application_id: "", code: "unknown_token", origin: "https://shop.example", count: 1 },
    { application_id: "shop", code: "foreign_origin", field: "Origin", origin: "https://other.example", count: 2 },
  ]);
});

test("tells why single events of a beacon were refused, such as a clock that is wrong", async () => {
  const { arrivals, note } = setUp();
  const rejected = [{ index: 0, reason: "date: is more than a day in the future of the collector's clock" }];
  await note("pub-new", Response.json({ accepted: 1, rejected }, { status: 202 }));
  await note("pub-new", Response.json({ accepted: 1, rejected: [] }, { status: 202 }));
  const { refusals, applications } = arrivals.read();
  expect(refusals).toMatchObject([{ code: "rejected", message: rejected[0]?.reason, count: 1 }]);
  expect(applications[0]?.beacons).toBe(2);
});

test("a stranger with ever new origins makes it neither longer nor larger", async () => {
  const { arrivals, note } = setUp();
  for (let i = 0; i < 200; i++) await note("x".repeat(100), foreign(), `https://${"o".repeat(2000)}${i}.example`);
  for (let i = 0; i < 200; i++) await note("pub-new", foreign(), `https://o${i}.example`);
  const { refusals } = arrivals.read();
  expect(refusals).toHaveLength(50);
  expect(refusals[0]?.origin).toBe("https://o199.example");
  await note("pub-new", foreign(), `https://${"o".repeat(2000)}.example`);
  expect(arrivals.read().refusals[0]?.origin).toHaveLength(200);
});

test("tells how often the SDK's file was asked for", () => {
  const { arrivals } = setUp();
  expect(arrivals.read().sdk).toEqual({ count: 0, last_at: null });
  arrivals.sdkServed();
  expect(arrivals.read().sdk).toEqual({ count: 1, last_at: expect.any(Number) });
});
