import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../clock.js";
import type { AuditEvent } from "../model/audit.js";
import { MAX_MARKS } from "../model/marks.js";
import type { Session } from "../model/session.js";
import type { Notice } from "../notices/notice.js";
import type { RegistryStore } from "../stores/store.js";

export interface TestClock {
  now: number;
}

export const NOW = Date.UTC(2026, 0, 5, 12);

export function session(userId: string, uid: string, more: Partial<Session> = {}): Session {
  return {
    guid: `${userId}-${uid}`,
    userId,
    uid,
    kind: "login",
    origin: "login",
    secretHash: "hash",
    rotatedAt: NOW,
    createdAt: NOW,
    authenticatedAt: NOW,
    authMethod: "password",
    refreshedAt: NOW,
    lastSeenAt: NOW,
    expiresAt: NOW + 120 * DAY,
    endsAt: NOW + 365 * DAY,
    client: { address: "203.0.113.0", asn: 64500, country: "DE", info: { os: { name: "Linux" } } },
    clientAt: NOW,
    networks: ["203.0.113.0"],
    version: 1,
    ...more,
  };
}

function notice(id: string, more: Partial<Notice> = {}): Notice {
  return {
    id,
    key: `key-${id}`,
    userId: "ann",
    kind: "new_sign_in",
    risk: false,
    entries: [{ at: NOW, uid: "A", client: { info: {} } }],
    count: 1,
    mark: "f:1",
    createdAt: NOW,
    dueAt: NOW,
    state: "waiting",
    attempts: 0,
    sent: {},
    ...more,
  };
}

const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({ at: NOW, type: "created", userId: "ann", ...more });

/** What every store must do. `open` gives an empty store. */
export function describeStore(name: string, open: (clock: TestClock) => Promise<RegistryStore>): void {
  describe(name, () => {
    const clock: TestClock = { now: NOW };
    let store: RegistryStore;
    beforeEach(async () => {
      clock.now = NOW;
      store = await open(clock);
    });
    afterEach(() => store.close());

    const put = (...sessions: Session[]) =>
      store.change(sessions[0]?.userId ?? "", () => ({ put: sessions, result: undefined }));

    test("gives back a session with everything in it", async () => {
      const full = session("ann", "AAAAAAAA", {
        previous: { hash: "before", until: NOW },
        steppedUpAt: NOW,
        stale: true,
        notedAt: NOW,
        deviceHash: "device",
        label: "Läptop 💻 \" ' \\ \u0000".replace("\u0000", ""),
        actor: { userId: "root", guid: "g" },
        reason: "a ticket",
        legacy: { hash: "old", mark: "f:1" },
        ended: { at: NOW, reason: "revoked", by: "BBBBBBBB" },
      });
      await put(full);
      expect(await store.find(full.guid)).toEqual(full);
      expect(await store.sessionsOf("ann")).toEqual([full]);
      expect(await store.find("nobody")).toBeUndefined();
      expect(await store.findAll([full.guid, "nobody"])).toEqual([full]);
    });

    test("a decision sees the user's state and nobody else's", async () => {
      await put(session("ann", "A"), session("ann", "B"));
      await put(session("bob", "A"));
      await store.change("ann", () => ({ marks: [{ mark: "f:1", seenAt: 5 }], notices: [notice("n")], result: 0 }));
      const seen = await store.change("ann", (state) => ({ result: state }));
      expect(seen.sessions.map(({ guid }) => guid).sort()).toEqual(["ann-A", "ann-B"]);
      expect(seen.marks).toEqual([{ mark: "f:1", seenAt: 5 }]);
      expect(seen.notices).toEqual([notice("n")]);
      expect((await store.change("bob", (state) => ({ result: state }))).marks).toEqual([]);
    });

    test("a decision that throws writes nothing", async () => {
      const failing = store.change("ann", () => {
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      await put(session("ann", "A"));
      expect(await store.sessionsOf("ann")).toHaveLength(1);
    });

    test("decisions about one user come one after the other", async () => {
      const count = () =>
        store.change("ann", ({ sessions }) => ({
          put: [session("ann", `S${sessions.length}`)],
          result: sessions.length,
        }));
      const results = await Promise.all(Array.from({ length: 30 }, count));
      expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
      expect(await store.sessionsOf("ann")).toHaveLength(30);
    });

    test("of several that replace one version one does", async () => {
      await put(session("ann", "A"));
      const next = session("ann", "A", { version: 2, lastSeenAt: NOW + 1 });
      const results = await Promise.all(Array.from({ length: 20 }, () => store.replace(next, 1)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await store.find("ann-A")).toEqual(next);
    });

    test("what has ended is not replaced", async () => {
      await put(session("ann", "A", { ended: { at: NOW, reason: "revoked" }, version: 2 }));
      expect(await store.replace(session("ann", "A", { version: 3 }), 2, { audit: [event()] })).toBe(false);
      expect((await store.find("ann-A"))?.ended?.reason).toBe("revoked");
      expect(await store.audit({ limit: 10 })).toEqual([]);
    });

    test("a replacement writes its marks and events with it", async () => {
      await put(session("ann", "A"));
      const also = { audit: [event({ type: "client_changed" })], marks: [{ mark: "c:BR", seenAt: NOW }] };
      expect(await store.replace(session("ann", "A", { version: 2 }), 1, also)).toBe(true);
      expect(await store.audit({ userId: "ann", limit: 10 })).toMatchObject([{ type: "client_changed" }]);
      expect(await store.marksOf("ann", ["c:BR", "c:DE"])).toEqual([{ mark: "c:BR", seenAt: NOW }]);
    });

    test("a mark is as young as it was seen last, and the oldest go when there are too many", async () => {
      const see = (marks: { mark: string; seenAt: number }[]) => store.change("ann", () => ({ marks, result: 0 }));
      await see([{ mark: "f:a", seenAt: 10 }]);
      await see([{ mark: "f:a", seenAt: 5 }]);
      expect(await store.marksOf("ann", ["f:a"])).toEqual([{ mark: "f:a", seenAt: 10 }]);
      await see([{ mark: "l:old", seenAt: 1 }]);
      await see(Array.from({ length: MAX_MARKS }, (_, index) => ({ mark: `f:${index}`, seenAt: 100 + index })));
      expect(await store.marksOf("ann", ["f:a"])).toEqual([]);
      expect(await store.marksOf("ann", ["l:old"])).toHaveLength(1);
      const { marks } = await store.change("ann", (state) => ({ result: state }));
      expect(marks).toHaveLength(MAX_MARKS + 1);
    });

    test("events are read in their order, from any of them on", async () => {
      await store.change("ann", () => ({ audit: [event(), event({ type: "ended", reason: "logout" })], result: 0 }));
      await store.change("bob", () => ({ audit: [event({ userId: "bob" })], result: 0 }));
      const all = await store.audit({ limit: 10 });
      expect(all.map(({ type, userId }) => `${userId} ${type}`)).toEqual(["ann created", "ann ended", "bob created"]);
      const [first] = all;
      expect(await store.audit({ after: first?.id ?? 0, limit: 1 })).toEqual([all[1]]);
      expect(await store.audit({ userId: "bob", limit: 10 })).toEqual([all[2]]);
    });

    test("remembers numbers by name, beside what is its own", async () => {
      expect(await store.readMark("version")).toBe(0);
      await store.writeMark("version", 5);
      await store.writeMark("version", 3);
      expect([await store.readMark("version"), await store.readMark("other")]).toEqual([3, 0]);
    });

    test("a notice is told once, and changes only before it is sent", async () => {
      const tell = (one: Notice) => store.change("ann", () => ({ notices: [one], result: 0 }));
      await tell(notice("a"));
      await tell({ ...notice("b"), key: "key-a" });
      expect(await store.notice("b")).toBeUndefined();
      await tell({ ...notice("a"), count: 2 });
      expect((await store.notice("a"))?.count).toBe(2);
      await store.settle({ ...notice("a"), state: "sent", sent: { mail: NOW } });
      await tell({ ...notice("a"), count: 3 });
      expect(await store.notice("a")).toMatchObject({ count: 2, state: "sent", sent: { mail: NOW } });
    });

    test("what is due is claimed by one, and by another when that one died", async () => {
      await store.change("ann", () => ({
        notices: [notice("due"), notice("later", { dueAt: NOW + HOUR })],
        result: 0,
      }));
      const claims = await Promise.all(Array.from({ length: 5 }, () => store.claim(NOW, 1000, 10)));
      expect(claims.flat().map(({ id }) => id)).toEqual(["due"]);
      expect(await store.claim(NOW + 999, 1000, 10)).toEqual([]);
      expect(await store.claim(NOW + 1000, 1000, 10)).toHaveLength(1);
      await store.settle({ ...notice("due"), attempts: 1, dueAt: NOW + 5000 });
      expect(await store.claim(NOW + 4999, 1000, 10)).toEqual([]);
      expect((await store.claim(NOW + 5000, 1000, 10))[0]).toMatchObject({ id: "due", attempts: 1 });
    });

    test("a report stays whatever the delivery writes", async () => {
      await store.change("ann", () => ({ notices: [notice("a")], result: 0 }));
      await store.change("ann", () => ({ reported: { id: "a", at: NOW + 1 }, result: 0 }));
      await store.settle({ ...notice("a"), state: "sent" });
      expect(await store.notice("a")).toMatchObject({ reportedAt: NOW + 1, state: "sent" });
      expect(await store.noticesOf("ann", NOW)).toHaveLength(1);
      expect(await store.noticesOf("ann", NOW + 1)).toEqual([]);
    });

    test("a decision sees notices of eight days", async () => {
      await store.change("ann", () => ({ notices: [notice("old", { createdAt: NOW - 9 * DAY })], result: 0 }));
      await store.change("ann", () => ({ notices: [notice("new", { createdAt: NOW - 7 * DAY })], result: 0 }));
      const { notices } = await store.change("ann", (state) => ({ result: state }));
      expect(notices.map(({ id }) => id)).toEqual(["new"]);
    });

    test("what need not be kept goes, at most so many at a time", async () => {
      const over = { expiresAt: NOW - 1 };
      await put(session("ann", "A", over), session("ann", "B", over), session("ann", "C"));
      await put(session("bob", "D", { ...over, ended: { at: NOW, reason: "logout" } }));
      await put(session("bob", "E", { ended: { at: NOW - 31 * DAY, reason: "logout" } }));
      await store.change("ann", () => ({
        marks: [{ mark: "f:1", seenAt: 1 }],
        audit: [event({ at: 1 })],
        notices: [notice("a", { createdAt: 1 })],
        result: 0,
      }));
      const before = { expired: NOW, ended: NOW - 30 * DAY, marks: 2, audit: 2, notices: 2 };
      expect(await store.purge(before, 1)).toBe(5);
      expect(await store.purge(before, 10)).toBe(1);
      expect(await store.purge(before, 10)).toBe(0);
      expect((await store.sessionsOf("ann")).map(({ uid }) => uid)).toEqual(["C"]);
      expect((await store.sessionsOf("bob")).map(({ uid }) => uid)).toEqual(["D"]);
    });

    test("of a user who is erased nothing is left but that something happened", async () => {
      await put(session("ann", "A"));
      await put(session("bob", "A"));
      await store.change("ann", () => ({
        marks: [{ mark: "f:1", seenAt: NOW }],
        notices: [notice("a")],
        audit: [event({ guid: "g", uid: "A", client: { info: {}, address: "203.0.113.0" }, reason: "Ann asked us" })],
        result: 0,
      }));
      expect(await store.erase("ann")).toBe(1);
      expect(await store.sessionsOf("ann")).toEqual([]);
      expect(await store.marksOf("ann", ["f:1"])).toEqual([]);
      expect(await store.notice("a")).toBeUndefined();
      expect(await store.audit({ userId: "ann", limit: 10 })).toEqual([]);
      expect(await store.audit({ limit: 10 })).toEqual([
        { id: expect.any(Number), at: NOW, type: "created", userId: "" },
      ]);
      expect(await store.sessionsOf("bob")).toHaveLength(1);
    });
  });
}
