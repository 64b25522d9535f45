import fc from "fast-check";
import { expect, test } from "vitest";
import { events } from "../testing/events.js";
import { loginsOf, toDocument } from "./document.js";
import { alive, closed, type Facts, identified, join, MAX_IDENTITY_FACTS, opened } from "./facts.js";

const together = (all: readonly Facts[]) => all.reduce(join);
const shuffled = (all: Facts[]) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });

test("late, early, doubled and reordered events converge to the same document", () => {
  const histories = events().chain((all) => fc.tuple(fc.constant(all), shuffled([...all, ...all])));
  fc.assert(
    fc.property(histories, ([all, again]) => {
      expect(toDocument(together(again))).toEqual(toDocument(together(all)));
    }),
    { numRuns: 500 },
  );
});

test("states that different processes gathered can be joined in any grouping", () => {
  fc.assert(
    fc.property(events(), events(), events(), (a, b, c) => {
      const [x, y, z] = [together(a), together(b), together(c)];
      expect(join(join(x, y), z)).toEqual(join(x, join(y, z)));
      expect(join(x, y)).toEqual(join(y, x));
      expect(join(x, x)).toEqual(x);
    }),
  );
});

test("created ≤ login ≤ last activity ≤ closed, whatever the events say", () => {
  fc.assert(
    fc.property(events(), (all) => {
      const { createdAt, loginAt, lastActivityAt, closedAt, logins } = toDocument(together(all));
      const end = closedAt ?? new Date(Number.MAX_SAFE_INTEGER / 2);
      expect(+createdAt).toBeLessThanOrEqual(+(loginAt ?? createdAt));
      expect(+(loginAt ?? createdAt)).toBeLessThanOrEqual(+lastActivityAt);
      if (closedAt) expect(+lastActivityAt).toBeLessThanOrEqual(+end);
      let before = +createdAt;
      for (const { loginAt, endedAt } of logins) {
        expect(loginAt).toBeGreaterThanOrEqual(before);
        before = endedAt ?? loginAt;
        expect(before).toBeGreaterThanOrEqual(loginAt);
        if (closedAt) expect(before).toBeLessThanOrEqual(+closedAt);
      }
    }),
    { numRuns: 500 },
  );
});

test("nothing that is heard later moves the last activity back or opens what is closed", () => {
  fc.assert(
    fc.property(events(), events(), (a, b) => {
      const before = together(a);
      const after = join(before, together(b));
      if (before.closed) expect(after.closed?.at).toBeLessThanOrEqual(before.closed.at);
      else if (!after.closed) expect(after.lastActivityAt).toBeGreaterThanOrEqual(before.lastActivityAt);
    }),
  );
});

const open = opened("i1", "s1", { at: 1000, transport: "websocket", client: {} });
const login = (at: number, userId: string, guid?: string) =>
  identified("i1", "s1", { at, userId, ...(guid && { guid }) });
const logout = (at: number) => identified("i1", "s1", { at });

test("an anonymous connection has a document before any sign-in", () => {
  const document = toDocument(together([open, closed("i1", "s1", 1007, "client")]));
  expect(document).toMatchObject({ createdAt: new Date(1000), closedAt: new Date(1007), closeReason: "client" });
  expect(document).not.toHaveProperty("userId");
});

test("another user on the same connection ends the first one's interval and begins a new one", () => {
  const facts = together([open, login(1010, "ann"), login(1020, "bob"), logout(1030), alive("i1", "s1", 1040)]);
  expect(loginsOf(facts)).toEqual([
    { userId: "ann", loginAt: 1010, endedAt: 1020, endReason: "switch" },
    { userId: "bob", loginAt: 1020, endedAt: 1030, endReason: "logout" },
  ]);
  expect(toDocument(facts)).toMatchObject({ userId: "bob", loginAt: new Date(1020), logoutAt: new Date(1030) });
});

test("the same user again, and a second sign-out, change nothing", () => {
  const once = together([open, login(1010, "ann"), logout(1030)]);
  const twice = together([once, login(1012, "ann"), logout(1033)]);
  expect(loginsOf(twice)).toEqual(loginsOf(once));
});

test("a sign-out leaves the connection open and its user known, as the seed's first document has it", () => {
  const document = toDocument(together([open, login(1010, "ann"), logout(1030)]));
  expect(document).toMatchObject({ userId: "ann", logoutAt: new Date(1030) });
  expect(document).not.toHaveProperty("closedAt");
});

test("the end of the connection ends the login, without a logout", () => {
  const document = toDocument(together([open, login(1010, "ann"), closed("i1", "s1", 1020, "timeout")]));
  expect(document.logins).toEqual([{ userId: "ann", loginAt: 1010, endedAt: 1020, endReason: "closed" }]);
  expect(document).not.toHaveProperty("logoutAt");
});

test("the first end stands", () => {
  const twice = [closed("i1", "s1", 1020, "client"), closed("i1", "s1", 1025, "lost", 1019)];
  expect(together([open, ...twice]).closed).toEqual({ at: 1020, reason: "client" });
  expect(together([open, ...twice.reverse()]).closed).toEqual({ at: 1020, reason: "client" });
});

test("year, month and day are of the asked time zone", () => {
  const facts = opened("i1", "s1", { at: Date.UTC(2018, 6, 20, 23, 30), transport: "websocket", client: {} });
  expect(toDocument(facts)).toMatchObject({ year: 2018, month: 7, day: 20 });
  expect(toDocument(facts, "Pacific/Kiritimati")).toMatchObject({ year: 2018, month: 7, day: 21 });
  expect(toDocument(facts, "Pacific/Pago_Pago")).toMatchObject({ year: 2018, month: 7, day: 20 });
});

test("signing in and out without end costs no more than a bound", () => {
  let facts: Facts = open;
  for (let at = 1001; at < 2000; at += 1) facts = join(facts, at % 2 === 0 ? login(at, `user${at}`) : logout(at));
  expect(facts.identity).toHaveLength(MAX_IDENTITY_FACTS);
  expect(toDocument(facts).userId).toBe("user1998");
});
