// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { createTestScope } from "@sojourn/core/test";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import type { Parcel } from "./parcel.js";
import { createSpool, eraseSpool } from "./spool.js";

const NAME = "_sojourn_s.shop";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.spyOn(navigator, "vendor", "get").mockReturnValue("Apple Computer, Inc.");
  localStorage.clear();
});

/** Lets the database do what it was asked for. */
const turn = async () => {
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
};

function page(id: string, tab?: string) {
  const { clock, scope, errors } = createTestScope();
  const waiting = new Set<Parcel>();
  const adopted: Parcel["body"][] = [];
  const spool = createSpool({
    scope,
    name: NAME,
    own: () => ({ page: id, tab }),
    waiting: () => waiting,
    adopt(parcel) {
      adopted.push(parcel.body);
      waiting.add(parcel);
    },
    lost: () => {},
  });
  const post = (body: Parcel["body"]) => waiting.add({ body, events: 1, made: clock.wall() });
  return { spool, waiting, adopted, post, scope, errors };
}
const keys = () => Object.keys(localStorage);
/** The process ends before the database has done anything. */
const loseTheDatabase = () =>
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
    throw new DOMException("gone", "InvalidStateError");
  });

test("WebKit commits nothing that a leaving page adds: what it adds then is kept elsewhere, and comes with the next page", async () => {
  const first = page("p1", "t1");
  first.spool.save([{ json: '{"draft":1}', events: 1 }]);
  await turn();
  const lost = loseTheDatabase();
  const packed = Uint8Array.from({ length: 256 }, (_, i) => (i + 0x1f) % 256);
  first.post('{"draft":2}');
  first.post(packed);
  first.spool.leave();
  first.scope.stop();
  lost.mockRestore();
  expect(keys()).toEqual([`${NAME}.p1`]);

  const next = page("p2", "t1");
  next.spool.save([]);
  await turn();
  // Once, and what left in place of its draft.
  expect(next.adopted).toEqual(['{"draft":2}', packed]);
  expect(keys()).toEqual([]);
  expect([...first.errors, ...next.errors]).toEqual([]);
});

test("a visit that was too short for the database is kept in every browser", async () => {
  vi.spyOn(navigator, "vendor", "get").mockReturnValue("Google Inc.");
  const first = page("p1", "t1");
  first.post("{}");
  first.spool.leave();
  const next = page("p2", "t1");
  next.spool.save([]);
  await turn();
  expect(next.adopted).toEqual(["{}"]);
});

test("where the database keeps what a leaving page adds, nothing is written twice", async () => {
  vi.spyOn(navigator, "vendor", "get").mockReturnValue("");
  const { spool, post } = page("p1");
  spool.save([]);
  await turn();
  post("{}");
  spool.leave();
  expect(keys()).toEqual([]);
});

test("a page that lives on takes back what it left, and another tab's stays its own", async () => {
  const first = page("p1", "t1");
  first.spool.save([{ json: "{}", events: 1 }]);
  await turn();
  first.post('{"n":2}');
  first.spool.leave();
  const other = page("p2", "t2");
  other.spool.save([]);
  await turn();
  expect(other.adopted).toEqual([]);
  expect(keys()).toEqual([`${NAME}.p1`]);
  first.spool.save([]);
  expect(keys()).toEqual([]);
});

test("nothing new is nothing to write", async () => {
  const { spool, post } = page("p1");
  post("{}");
  spool.save([]);
  await turn();
  spool.leave();
  expect(keys()).toEqual([]);
});

test("with consent goes what any page left, and nothing of the application's own", async () => {
  const first = page("p1");
  first.post("{}");
  first.spool.leave();
  localStorage.setItem("theme", "dark");
  eraseSpool(NAME);
  expect(keys()).toEqual(["theme"]);
});

test("what somebody else wrote there costs nothing", async () => {
  localStorage.setItem(`${NAME}.p1`, "{");
  localStorage.setItem(`${NAME}.p2`, '[{"k":7}]');
  const next = page("p3");
  next.spool.save([]);
  await turn();
  expect(keys()).toEqual([]);
  expect(next.adopted).toEqual([]);
  expect(next.errors).toEqual([]);
});
