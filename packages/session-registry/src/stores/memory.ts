import type { StoredAuditEvent } from "../model/audit.js";
import { MAX_MARKS, type Mark } from "../model/marks.js";
import type { Session } from "../model/session.js";
import type { Notice } from "../notices/notice.js";
import { anonymous, overAt } from "./rows.js";
import { type Changes, NOTICES_SEEN_MS, type RegistryStore } from "./store.js";

/** A store of this process alone, which ends with it: for tests, and for servers whose users may sign in again. */
export function createMemoryStore({ now = Date.now }: { readonly now?: () => number } = {}): RegistryStore {
  const sessions = new Map<string, Session>();
  const byUser = new Map<string, Set<string>>();
  const marks = new Map<string, Map<string, Mark>>();
  const notices = new Map<string, Notice>();
  let audit: StoredAuditEvent[] = [];
  let lastId = 0;
  const numbers = new Map<string, number>();

  const ofUser = (userId: string): Session[] =>
    [...(byUser.get(userId) ?? [])].flatMap((guid) => sessions.get(guid) ?? []);
  const noticesOf = (userId: string, since: number): Notice[] =>
    [...notices.values()]
      .filter((notice) => notice.userId === userId && notice.createdAt >= since)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));

  function put(session: Session): void {
    sessions.set(session.guid, session);
    const guids = byUser.get(session.userId) ?? new Set();
    byUser.set(session.userId, guids.add(session.guid));
  }
  function remove(guid: string): void {
    const session = sessions.get(guid);
    if (!session) return;
    sessions.delete(guid);
    byUser.get(session.userId)?.delete(guid);
  }
  function mark(userId: string, one: Mark): void {
    const known = marks.get(userId) ?? new Map<string, Mark>();
    marks.set(userId, known);
    if ((known.get(one.mark)?.seenAt ?? -1) < one.seenAt) known.set(one.mark, one);
  }
  function crowded(userId: string): void {
    const known = marks.get(userId);
    const over = [...(known?.values() ?? [])]
      .filter((one) => !one.mark.startsWith("l:"))
      .sort((a, b) => b.seenAt - a.seenAt)
      .slice(MAX_MARKS);
    for (const one of over) known?.delete(one.mark);
  }
  function tell(notice: Notice): void {
    const before = [...notices.values()].find(({ key }) => key === notice.key);
    if (!before) notices.set(notice.id, notice);
    else if (before.id === notice.id && before.state === "waiting" && before.attempts === 0)
      notices.set(notice.id, { ...before, entries: notice.entries, count: notice.count });
  }
  function apply(userId: string, changes: Changes): void {
    for (const guid of changes.remove ?? []) remove(guid);
    for (const session of changes.put ?? []) put(session);
    for (const one of changes.marks ?? []) mark(userId, one);
    crowded(userId);
    for (const event of changes.audit ?? []) {
      lastId += 1;
      audit.push({ ...event, id: lastId });
    }
    for (const notice of changes.notices ?? []) tell(notice);
    const reported = changes.reported && notices.get(changes.reported.id);
    if (reported && changes.reported) notices.set(reported.id, { ...reported, reportedAt: changes.reported.at });
  }

  return {
    find: async (guid) => sessions.get(guid),
    findAll: async (guids) => guids.flatMap((guid) => sessions.get(guid) ?? []),
    sessionsOf: async (userId) => ofUser(userId),
    marksOf: async (userId, asked) => asked.flatMap((one) => marks.get(userId)?.get(one) ?? []),

    async change(userId, decide) {
      const state = {
        sessions: ofUser(userId),
        marks: [...(marks.get(userId)?.values() ?? [])],
        notices: noticesOf(userId, now() - NOTICES_SEEN_MS),
      };
      const { result, ...changes } = decide(state);
      apply(userId, changes);
      return result;
    },
    async replace(session, version, also = {}) {
      const before = sessions.get(session.guid);
      if (!before || before.version !== version || before.ended) return false;
      apply(session.userId, { ...also, put: [session] });
      return true;
    },

    async audit({ userId, after = 0, limit }) {
      return audit.filter((one) => one.id > after && (userId === undefined || one.userId === userId)).slice(0, limit);
    },
    async claim(at, leaseMs, limit) {
      const due = [...notices.values()]
        .filter(({ state, dueAt, claimedUntil = 0 }) => state === "waiting" && dueAt <= at && claimedUntil <= at)
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map((notice) => ({ ...notice, claimedUntil: at + leaseMs }));
      for (const notice of due) notices.set(notice.id, notice);
      return due;
    },
    async settle({ id, state, attempts, dueAt, sent }) {
      const before = notices.get(id);
      if (!before) return;
      const { claimedUntil: _, ...rest } = before;
      notices.set(id, { ...rest, state, attempts, dueAt, sent });
    },
    notice: async (id) => notices.get(id),
    noticesOf: async (userId, since) => noticesOf(userId, since).slice(0, 50),

    readMark: async (name) => numbers.get(name) ?? 0,
    async writeMark(name, value) {
      numbers.set(name, value);
    },

    async purge(before, limit) {
      let gone = 0;
      const drop = <One>(all: Iterable<One>, isOver: (one: One) => boolean, away: (one: One) => void) => {
        const over = [...all].filter(isOver).slice(0, limit);
        for (const one of over) away(one);
        gone += over.length;
      };
      drop(
        sessions.values(),
        (one) => !one.ended && overAt(one) < before.expired,
        ({ guid }) => remove(guid),
      );
      drop(
        sessions.values(),
        (one) => one.ended !== undefined && one.ended.at < before.ended,
        ({ guid }) => remove(guid),
      );
      const marked = [...marks].flatMap(([userId, known]) => [...known.values()].map((one) => ({ userId, ...one })));
      drop(
        marked,
        ({ seenAt }) => seenAt < before.marks,
        (one) => void marks.get(one.userId)?.delete(one.mark),
      );
      drop(
        notices.values(),
        ({ createdAt }) => createdAt < before.notices,
        ({ id }) => void notices.delete(id),
      );
      const old = new Set(audit.filter(({ at }) => at < before.audit).slice(0, limit));
      audit = audit.filter((one) => !old.has(one));
      return gone + old.size;
    },
    async erase(userId) {
      const found = ofUser(userId);
      for (const { guid } of found) remove(guid);
      byUser.delete(userId);
      marks.delete(userId);
      for (const notice of noticesOf(userId, 0)) notices.delete(notice.id);
      audit = audit.map((one) => (one.userId === userId ? { ...anonymous(one), id: one.id } : one));
      return found.length;
    },
    async close() {},
  };
}
