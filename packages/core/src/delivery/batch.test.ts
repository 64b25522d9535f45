import { createTestScope } from "@sojourn/core/test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BEACON_LIMITS } from "../model/limits.js";
import type { Beacon, SessionBlock, UserContext, ViewContext } from "../model/types.js";
import { BATCH_LIMITS, type BatchEvent, createBatch } from "./batch.js";

const NOBODY: UserContext = {};

function setUp(collect: (add: (text?: string) => void) => void = () => {}, viewUrl: string | (() => string) = "/") {
  const { clock, scope, errors } = createTestScope();
  const sent: { body: Beacon; events: number; bytes: number; exit: boolean }[] = [];
  const changes: number[] = [];
  const session = { id: "s1" };
  const view = { id: "v1" };
  let seq = 0;
  const batch = createBatch<{ id: string }, { id: string }>({
    scope,
    header: () => ({ v: 1, application_id: "shop" }) as unknown as Beacon,
    encodeSession: ({ id }, viewIndex) => ({ session_id: id, first_view: viewIndex(view) }) as unknown as SessionBlock,
    encodeView: ({ id }) =>
      ({ view_id: id, view_url: typeof viewUrl === "string" ? viewUrl : viewUrl() }) as unknown as ViewContext,
    collect: () => collect(add),
    changed: () => changes.push(clock.now()),
    send({ json, events }, exit) {
      sent.push({ body: JSON.parse(json), events, bytes: new TextEncoder().encode(json).length, exit });
    },
  });
  function add(
    text = "",
    to: Partial<{ session: { id: string }; view: { id: string }; user: UserContext }> = {},
    context?: Record<string, unknown>,
  ): boolean {
    const event = { type: "error", seq: ++seq, error_message: text, context } as unknown as BatchEvent;
    return batch.add(event, { session, view, user: NOBODY, ...to });
  }
  /** A version of a view, with the number of the one that waits. */
  function version(n: number, of = view): boolean {
    const own = batch.numberOf(of) ?? ++seq;
    return batch.add({ type: "view", seq: own, document_version: n } as unknown as BatchEvent, {
      session,
      view: of,
      user: NOBODY,
    });
  }
  return { clock, batch, sent, add, version, changes, session, view, errors };
}

test("leaves ten seconds after its first event, and sets no timer when it is empty", () => {
  const { clock, sent, add } = setUp();
  expect(clock.timers).toBe(0);
  add();
  clock.advance(5000);
  add();
  clock.advance(4999);
  expect(sent).toHaveLength(0);
  clock.advance(1);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body.events).toHaveLength(2);
  expect(clock.timers).toBe(0);
});

test("leaves with its fiftieth event", () => {
  const { sent, add } = setUp();
  for (let i = 0; i < BATCH_LIMITS.events + 1; i++) add();
  expect(sent.map(({ body }) => body.events.length)).toEqual([50]);
});

test("leaves before it would pass 16 KiB of UTF-8", () => {
  const { sent, add, batch } = setUp();
  for (let i = 0; i < 12; i++) add("价".repeat(1000));
  batch.flush(false);
  for (const { bytes } of sent) expect(bytes).toBeLessThanOrEqual(BATCH_LIMITS.bytes);
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.flatMap(({ body }) => body.events)).toHaveLength(12);
});

test("what the contexts take is part of the size", () => {
  const { sent, add, batch } = setUp(undefined, `/${"x".repeat(4090)}`);
  // The session's own first view, which no event is in, comes on top.
  for (let i = 0; i < 12; i++) add("", { view: { id: `v${i + 2}` } });
  batch.flush(true);
  for (const { bytes } of sent) expect(bytes).toBeLessThanOrEqual(BATCH_LIMITS.bytes);
  expect(sent.flatMap(({ body }) => body.events)).toHaveLength(12);
});

test("an event larger than a body leaves whole, without others", () => {
  const { sent, add, batch } = setUp();
  for (const text of ["before", "x".repeat(20_000), "after"]) add(text);
  batch.flush(false);
  expect(sent.map(({ body }) => body.events.length)).toEqual([1, 1, 1]);
  expect(sent[1]?.bytes).toBeGreaterThan(20_000);
});

test("the same user in another object is written once", () => {
  const { sent, add, batch } = setUp();
  for (let i = 0; i < 30; i++) add("", { user: { user_id: "u1", user_name: "Ada" } });
  add("", { user: { user_id: "u2" } });
  batch.flush(false);
  expect(sent.map(({ body }) => body.users)).toEqual([[{ user_id: "u1", user_name: "Ada" }, { user_id: "u2" }]]);
});

test("more users or sessions than a body may name leave in further bodies", () => {
  for (const field of ["user", "session"] as const) {
    const { sent, add, batch } = setUp();
    const make = (i: number) => (field === "user" ? { user: { user_id: `u${i}` } } : { session: { id: `s${i}` } });
    for (let i = 0; i < 45; i++) add("", make(i));
    batch.flush(false);
    expect(sent.length).toBeLessThanOrEqual(4);
    for (const { body } of sent) {
      expect(body.sessions.length).toBeLessThanOrEqual(BEACON_LIMITS.sessions);
      expect(body.users?.length ?? 0).toBeLessThanOrEqual(BEACON_LIMITS.users);
    }
    const named = sent.flatMap(({ body }) =>
      body.events.map(({ s = 0, u = 0 }) =>
        field === "user" ? body.users?.[u]?.user_id : body.sessions[s]?.session_id,
      ),
    );
    expect(named).toEqual(Array.from({ length: 45 }, (_, i) => `${field.charAt(0)}${i}`));
  }
});

test("so many events and sessions cannot name more views than a body may hold", () => {
  expect(BATCH_LIMITS.events + 2 * BEACON_LIMITS.sessions).toBeLessThanOrEqual(BEACON_LIMITS.views);
});

test("an event that JSON cannot carry is refused, and costs no other", () => {
  const { sent, add, batch, errors } = setUp();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const unwritable: Record<string, unknown>[] = [
    { id: 10n },
    circle,
    {
      toJSON() {
        throw new Error("theirs");
      },
    },
    {
      get broken() {
        throw new Error("theirs");
      },
    },
  ];
  expect(add("before")).toBe(true);
  for (const context of unwritable) expect(add("", { view: { id: "v9" } }, context)).toBe(false);
  expect(add("after")).toBe(true);
  batch.flush(false);
  expect(sent[0]?.body.events.map((event) => "error_message" in event && event.error_message)).toEqual([
    "before",
    "after",
  ]);
  expect(sent[0]?.body.views.map(({ view_id }) => view_id)).toEqual(["v1"]);
  expect(errors).toHaveLength(unwritable.length);
});

test("a page that changed how lists are written changes no body", () => {
  const { sent, add, batch } = setUp();
  Object.defineProperty(Array.prototype, "toJSON", { value: () => "[]", configurable: true });
  try {
    add("", { user: { user_id: "u1" } }, { list: [1, { two: [2] }] });
    batch.flush(false);
  } finally {
    delete (Array.prototype as { toJSON?: unknown }).toJSON;
  }
  expect(sent[0]?.body).toMatchObject({
    sessions: [{ session_id: "s1" }],
    views: [{ view_id: "v1" }],
    users: [{ user_id: "u1" }],
    events: [{ context: { list: [1, { two: [2] }] } }],
  });
});

test("contexts are written once, and index 0 is left out", () => {
  const { sent, add, batch } = setUp();
  const other = { id: "v2" };
  add("a");
  add("b", { view: other });
  add("c", { view: other, user: { user_id: "u1" } });
  batch.flush(false);
  const [first] = sent;
  expect(first?.body.views.map(({ view_id }) => view_id)).toEqual(["v1", "v2"]);
  expect(first?.body.sessions).toEqual([{ session_id: "s1", first_view: 0 }]);
  expect(first?.body.users).toEqual([{}, { user_id: "u1" }]);
  expect(first?.body.events.map(({ s, w, u }) => [s, w, u])).toEqual([
    [undefined, undefined, undefined],
    [undefined, 1, undefined],
    [undefined, 1, 1],
  ]);
});

test("a session's first view is named even when no event of the batch is in it", () => {
  const { sent, add, batch } = setUp();
  add("", { view: { id: "v9" } });
  batch.flush(false);
  expect(sent[0]?.body.views.map(({ view_id }) => view_id)).toEqual(["v9", "v1"]);
  expect(sent[0]?.body.sessions[0]?.first_view).toBe(1);
});

test("an id that changes before the body is written is written as it is then", () => {
  const { sent, add, batch, session } = setUp();
  add();
  session.id = "confirmed";
  batch.flush(false);
  expect(sent[0]?.body.sessions[0]?.session_id).toBe("confirmed");
});

test("what producers hand over at an exit leaves by the exit's way, however much it is", () => {
  const { sent, add, batch } = setUp((collected) => {
    for (let i = 0; i < 120; i++) collected("x".repeat(400));
  });
  add();
  batch.flush(true);
  expect(sent.every(({ exit }) => exit)).toBe(true);
  expect(sent.flatMap(({ body }) => body.events)).toHaveLength(121);
});

test("a change without an event leaves in time as well", () => {
  let collected = 0;
  const { clock, batch, sent } = setUp((add) => {
    collected++;
    add("view");
  });
  batch.touch();
  clock.advance(BATCH_LIMITS.ms);
  expect(collected).toBe(1);
  expect(sent).toHaveLength(1);
});

test("every event leaves exactly once, in order, whatever comes in between", () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), text: fc.string({ maxLength: 9000 }) }),
    fc.record({ kind: fc.constant("flush" as const) }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(12_000) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const { clock, batch, sent, add } = setUp();
      let added = 0;
      for (const one of actions) {
        if (one.kind === "add") {
          add(one.text);
          added++;
        } else if (one.kind === "flush") batch.flush(false);
        else clock.advance(one.ms);
      }
      batch.flush(true);
      const seqs = sent.flatMap(({ body }) => body.events.map(({ seq }) => seq));
      expect(seqs).toEqual(Array.from({ length: added }, (_, i) => i + 1));
    }),
  );
});

test("a newer version of a view takes the place and the number of the one that waits", () => {
  const { sent, add, version, batch } = setUp();
  version(1);
  add("between");
  version(2);
  version(1, { id: "v2" });
  version(3);
  batch.flush(false);
  version(4);
  batch.flush(false);
  expect(
    sent.map(({ body }) =>
      body.events.map((event) => [event.seq, "document_version" in event ? event.document_version : undefined]),
    ),
  ).toEqual([
    [
      [1, 3],
      [2, undefined],
      [3, 1],
    ],
    [[4, 4]],
  ]);
});

test("a view that changes often does not fill a body", () => {
  const { sent, version } = setUp();
  for (let i = 1; i < 1000; i++) version(i);
  expect(sent).toEqual([]);
});

test("a body says how many events are in it and the highest number of the page", () => {
  const { sent, add, batch } = setUp();
  for (let i = 0; i < 3; i++) add();
  batch.flush(false);
  add();
  batch.flush(false);
  expect(sent.map(({ body, events }) => [events, body.seq])).toEqual([
    [3, 3],
    [1, 4],
  ]);
});

test("a draft is what would leave now, with what producers hold, and stays", () => {
  let held = 1;
  const { clock, sent, add, batch, changes } = setUp((addHeld) => {
    if (held-- > 0) addHeld("held");
  });
  add("a");
  const texts = (json: string) =>
    (JSON.parse(json) as Beacon).events.map((event) => "error_message" in event && event.error_message);
  expect(batch.draft().map(({ json, events }) => [texts(json), events])).toEqual([[["a", "held"], 2]]);
  expect(changes).toHaveLength(2);
  clock.advance(10_000);
  expect(sent.map(({ events }) => events)).toEqual([2]);
  expect(batch.draft()).toEqual([]);
});

test("what cannot be written costs itself, and nothing of what follows", () => {
  let broken = true;
  const { sent, add, batch, errors } = setUp(undefined, () => {
    if (broken) throw new Error("a platform's own");
    return "/";
  });
  add("lost");
  expect(batch.draft()).toEqual([]);
  batch.flush(false);
  broken = false;
  add("after");
  batch.flush(false);
  expect(sent.map(({ body }) => body.events.length)).toEqual([1]);
  // The number of the one that is lost is missing, and said.
  expect(sent[0]?.body).toMatchObject({ seq: 2, events: [{ seq: 2 }] });
  expect(errors).toHaveLength(2);
});

test("what a browser stops in the middle of an exit leaves with the next one", () => {
  // A script that is stopped for good is, for what comes next, one that is still at it.
  for (const inCollect of [true, false]) {
    let stopped = false;
    const nextExit = () => {
      if (stopped) return;
      stopped = true;
      batch.flush(true);
      expect(sent.map(({ body, exit }) => [body.events.length, exit])).toEqual([[1, true]]);
    };
    const { sent, add, batch } = setUp(
      () => inCollect && nextExit(),
      () => {
        if (!inCollect) nextExit();
        return "/";
      },
    );
    add("last");
    batch.flush(true);
    expect(stopped).toBe(true);
  }
});

test("what producers add to a batch that is full leaves in its body, not in one of its own", () => {
  const { sent, add } = setUp((collected) => collected("the view"));
  for (let i = 0; i < BATCH_LIMITS.events; i++) add();
  expect(sent.map(({ events }) => events)).toEqual([BATCH_LIMITS.events + 1]);
});

test("a draft that what producers hold fills leaves", () => {
  const { sent, batch } = setUp((collected) => {
    for (let i = 0; i < BATCH_LIMITS.events && !sent.length; i++) collected();
  });
  expect(batch.draft()).toEqual([]);
  expect(sent.map(({ events, exit }) => [events, exit])).toEqual([[BATCH_LIMITS.events, false]]);
});
