import fc from "fast-check";
import { loginsOf } from "../model/document.js";
import { closed, type Facts, identified, join, opened } from "../model/facts.js";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Monday. */
export const START = Date.UTC(2026, 0, 5);

const moment = fc.integer({ min: 0, max: 4 * 24 * 12 }).map((steps) => START + steps * (HOUR / 12));

/** Connections of a few people over four days, on an edge of an hour now and then. */
export const people: fc.Arbitrary<Facts[]> = fc
  .array(
    fc.record({
      at: moment,
      ms: fc.option(
        fc.integer({ min: 0, max: 40 }).map((steps) => steps * (HOUR / 12)),
        { nil: undefined },
      ),
      os: fc.constantFrom("iOS", "Android", undefined),
      users: fc.array(fc.constantFrom("ann", "bob", "eve"), { maxLength: 3 }),
      bot: fc.boolean(),
    }),
    { maxLength: 25 },
  )
  .map((all) =>
    all.map(({ at, ms, os, users, bot }, index) => {
      const ids = ["i1", `s${index}`] as const;
      const client = os ? { os: { name: os } } : {};
      const facts = [
        opened(...ids, { at, transport: "websocket", client, ...(bot && index % 5 === 0 && { bot }) }),
        ...users.map((userId, step) => identified(...ids, { at: at + step * (HOUR / 6), userId })),
        ...(ms === undefined ? [] : [closed(...ids, at + Math.max(ms, users.length * (HOUR / 6)), "client")]),
      ];
      return facts.reduce(join);
    }),
  );

/** The same figures minute by minute: slow, and too simple to be wrong. Everything happens on a multiple of five minutes. */
export function counted(all: readonly Facts[], from: number, to: number, now: number) {
  const step = HOUR / 12;
  const isOpen = (facts: Facts, at: number) => facts.createdAt <= at && at < (facts.closed?.at ?? now);
  const isIn = (facts: Facts, userId: string, at: number) =>
    isOpen(facts, at) &&
    loginsOf(facts).some((one) => one.userId === userId && one.loginAt <= at && at < (one.endedAt ?? now));
  const users = [...new Set(all.flatMap((facts) => loginsOf(facts).map(({ userId }) => userId)))];
  let [peak, connected, sum, union] = [0, 0, 0, 0];
  const present = new Set<string>();
  for (let at = from; at < to; at += step) {
    const open = all.filter((facts) => isOpen(facts, at));
    peak = Math.max(peak, open.length);
    connected += open.length * step;
    for (const user of users) {
      const times = all.filter((facts) => isIn(facts, user, at)).length;
      sum += times * step;
      union += times > 0 ? step : 0;
      if (times > 0) present.add(user);
    }
  }
  return { peak, connected, sum, union, users: present.size };
}
