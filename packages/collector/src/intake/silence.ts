import { isSampled, type SessionBlock, type WireEvent } from "@sojourn/core/model";
import type { CheckedBeacon, RejectedEvent } from "./check.js";
import { belonging, type RefusedNumber } from "./numbers.js";

interface Taken {
  beacon: CheckedBeacon;
  rejected: RejectedEvent[];
}

/** Why an event of a session that an application's `sampleRate` leaves out is not kept. */
export const SILENCED = "silenced";

/**
 * What is left of a beacon where only this percentage of an application's sessions is measured: by their ids, as pages do that
 * know of it already. The numbers of the others' events are kept, so that they are counted. A session that was measured for
 * its error is an exception, but of 0 there is none.
 */
export function silence({ beacon, rejected }: Taken, percent: number): Taken {
  const isKept = (session: SessionBlock) =>
    isSampled(session.session_id, percent) || (percent > 0 && session.sampled_for_error_session === true);
  const kept = beacon.sessions.filter(isKept);
  const sessions = kept.map((session) => ({
    ...session,
    // A page that has not heard of it weighs its sessions as it began them.
    session_sample_rate: Math.min(session.session_sample_rate ?? 100, percent),
  }));
  const flawed = new Map(rejected.map((one) => [one.index, one]));
  const events: WireEvent[] = [];
  const refused: RefusedNumber[] = percent > 0 ? [...beacon.refused] : [];
  const all: RejectedEvent[] = [];
  const good = beacon.events.values();
  for (let index = 0; index < beacon.events.length + flawed.size; index += 1) {
    const flaw = flawed.get(index);
    if (flaw) {
      all.push(percent > 0 ? flaw : { index, reason: SILENCED });
      continue;
    }
    const event = good.next().value as WireEvent;
    const session = beacon.sessions[event.s ?? 0];
    const place = session ? kept.indexOf(session) : -1;
    if (place >= 0) events.push({ ...event, s: place });
    else {
      all.push({ index, reason: SILENCED });
      refused.push({ seq: event.seq, ...belonging(session), date: event.date, reason: SILENCED });
    }
  }
  if (percent === 0) refused.push(...beacon.refused.map((number) => ({ ...number, reason: SILENCED })));
  return { beacon: { ...beacon, sessions, events, refused }, rejected: all };
}
