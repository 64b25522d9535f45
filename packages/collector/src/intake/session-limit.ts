import { createLimiter, type Rate } from "../lib/limiter.js";
import type { CheckedBeacon } from "./check.js";

/**
 * Bounds the events of one session, refused ones included. A beacon is let through whole or not at all, and one that is not
 * takes nothing from any of its sessions.
 *
 * @returns 0, or seconds until the beacon can pass.
 */
export function createSessionLimit(rate: Rate, now: () => number) {
  const limiter = createLimiter(rate, now);
  return ({ application_id, sessions, events, refused }: CheckedBeacon): number => {
    const counts = new Map(sessions.map(({ session_id }) => [session_id, 1]));
    const count = (id = "") => counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const { s = 0 } of events) count(sessions[s]?.session_id);
    for (const { session_id } of refused) count(session_id);
    const taken = [...counts].map(([id, events]) => [`${application_id}/${id}`, events] as const);
    const wait = Math.max(0, ...taken.map(([key, events]) => limiter.wait(key, events)));
    if (wait === 0) for (const [key, events] of taken) limiter.take(key, events);
    return wait;
  };
}
