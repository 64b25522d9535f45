import type { EpochMs, RelativeMs, SessionId } from "@sojourn/core";
import { isAlive, type Limits, type Stored, TOLERANCE_MS } from "./stored.js";

/** Writes that only move `expire` are at least this far apart. */
export const WRITE_EVERY_MS = 12_000;

/**
 * Two sessions that began within this time of each other are one start: another process may not see our cookie yet when
 * it looks under its lock (seen in Firefox), and where there are no locks everybody writes at once. The last write stays.
 */
export const ONE_START_MS = 5000;

/** Kept with a session that the application began: it is the next one, however soon it comes after another. */
const FORCED = "new";

/** A moment on both clocks. The wall clock can be set, the monotonic one can stand still while the machine sleeps. */
export interface Moment {
  readonly wall: EpochMs;
  readonly mono: RelativeMs;
}

export interface Active {
  readonly stored: Stored;
  /** What the store has. Once it is there no other tab can have another id any more; before, the id is provisional. */
  readonly written?: Stored;
  /** Somebody deleted the stored value: this page keeps its id and does not write it back. */
  readonly deleted?: boolean;
  /** The wall clock minus the monotonic one, at its greatest: a wall clock set back makes nothing longer. */
  readonly distance: number;
}

/** `undefined`: not begun, or over: too long idle, too old, ended by the application, or replaced by another tab. */
export type Life = Active | undefined;

/** What the store had: a session, nothing usable, or it was not looked at (at most one look a second). */
export type Look = Stored | undefined | "not looked";

type Mint = () => SessionId;

export type LifeEvent =
  /** A person did something, or the page became visible. `renew`: may end an expired state. */
  | { type: "activity"; look: Look; renew: boolean; mint: Mint; rest?: Stored["rest"] }
  /** Time passed, or another tab changed the store. */
  | { type: "check"; look: Look }
  /** The store was read while no other tab could write. */
  | { type: "confirm"; look: Stored | undefined }
  /** The page may be gone: what was not written is. */
  | { type: "exit"; look: Stored | undefined }
  /** The application begins a new session, whatever there was. `share`: the store may be used. */
  | { type: "start"; look?: undefined; mint: Mint; rest?: Stored["rest"]; share: boolean }
  /** The application ends the session, for all tabs. */
  | { type: "stop"; look: Stored | undefined }
  /** The application keeps something with the session. */
  | { type: "note"; look: Stored | undefined; rest: Stored["rest"] };

export interface Step {
  readonly life: Life;
  /** Another id is the same session under its final name, and not the next one. */
  readonly renamed?: boolean;
  /** To be written to the store. */
  readonly write?: Stored;
}

/** The session's own time, in whole milliseconds: the wall clock's, or what that would be had nobody set it back. */
const timeOf = ({ distance }: Active, { wall, mono }: Moment): number => Math.max(wall, Math.round(mono + distance));

/** Milliseconds until an active session ends. */
export const untilEnd = (life: Life, now: Moment): number | undefined =>
  life && Math.max(life.stored.expire - timeOf(life, now), 0);

/** The life of a session: pure, so that histories can be generated against it. */
export function step(before: Life, event: LifeEvent, now: Moment, limits: Limits): Step {
  const looked = event.look !== "not looked";
  const found = event.look === "not looked" ? undefined : event.look;
  let time: number = now.wall;
  const life = before && today(before);

  /** A wall clock that was set back takes the session with it, so that its age stays what it was and others hear of it. */
  function today(life: Active): Active {
    const back = timeOf(life, now) - time;
    if (back <= TOLERANCE_MS) {
      time += back;
      return life;
    }
    const { created, expire } = life.stored;
    return active({ ...life.stored, created: (created - back) as EpochMs, expire: (expire - back) as EpochMs }, life);
  }

  /** Nobody's clock or cookie promises more than the limits, seen from now. */
  function active(stored: Stored, more?: Omit<Partial<Active>, "stored">): Active {
    const created = Math.min(stored.created, time) as EpochMs;
    const expire = Math.min(stored.expire, time + limits.idle, created + limits.longest) as EpochMs;
    return { ...more, stored: { ...stored, created, expire }, distance: time - now.mono };
  }

  const begin = (mint: Mint, rest: Stored["rest"] = {}) =>
    active({ id: mint(), created: now.wall, expire: Number.POSITIVE_INFINITY as EpochMs, rest });

  const adopt = (theirs: Stored) => active(theirs, { written: theirs });

  const write = (life: Active): Step => ({ life: { ...life, written: life.stored }, write: life.stored });

  /** Whether the store has a session that may be gone on with. */
  const isUsable = (found: Stored | undefined): found is Stored => !!found && isAlive(found, now.wall, limits);

  /** Whether it has another beginning, or an end that is so far from ours. */
  function isStale({ stored, written, deleted }: Active, far: number): boolean {
    if (!written || deleted) return false;
    return written.created !== stored.created || Math.abs(written.expire - stored.expire) >= far;
  }

  function extend(life: Active): Step {
    const next = active({ ...life.stored, expire: Number.POSITIVE_INFINITY as EpochMs }, life);
    // Who has not looked might write over another tab's new session.
    return looked && isStale(next, WRITE_EVERY_MS) ? write(next) : { life: next };
  }

  /**
   * What the store says of an active session: another tab has kept it alive or ended it, has put a new one in its place
   * (ours ends at once, and our own activity will adopt theirs), or somebody has deleted it.
   */
  function check(): Step {
    if (!life) return { life };
    const { stored, written } = life;
    let kept = life;
    // A provisional id is settled by `confirm` alone.
    if (written && looked) {
      if (!found) kept = { ...life, deleted: true };
      else if (found.id === stored.id) kept = merge(life, found);
      else {
        const apart = Math.max(time - stored.created, Math.abs(found.created - stored.created));
        const renamed = apart < ONE_START_MS && !found.rest[FORCED] && isUsable(found);
        // Whether theirs is over by now does not matter otherwise: it took the place of ours.
        return { life: renamed ? adopt(found) : undefined, renamed };
      }
    }
    return { life: time < kept.stored.expire ? kept : undefined };
  }

  /** The same session as another tab left it. */
  function merge(life: Active, found: Stored): Active {
    const { stored, written } = life;
    // What we knew says nothing new. A session that another tab ended has an end in the past, however far ours still was.
    const news = found.expire !== written?.expire && (found.expire > stored.expire || found.expire <= now.wall);
    const created = Math.min(found.created, stored.created) as EpochMs;
    return active({ ...found, created, expire: (news ? found : stored).expire }, { ...life, written: found });
  }

  /** Nobody else writes at this moment: the store's session wins, else ours is written and stays. */
  const settle = (life: Active): Step => (isUsable(found) ? { ...extend(adopt(found)), renamed: true } : write(life));

  switch (event.type) {
    case "activity": {
      const { life: checked, renamed } = check();
      if (checked) return { ...extend(checked), renamed };
      if (!event.renew) return { life: checked };
      // Our own activity is what adopts another tab's session.
      return isUsable(found) ? extend(adopt(found)) : { life: begin(event.mint, event.rest) };
    }
    case "check":
      return check();
    case "confirm":
      return life && !life.written ? settle(life) : { life };
    case "exit": {
      const checked = check();
      const { life, renamed } = checked;
      if (!life) return checked;
      if (!life.written) return settle(life);
      return isStale(life, 1) ? { ...write(life), renamed } : checked;
    }
    case "start": {
      const begun = begin(event.mint, { ...event.rest, [FORCED]: "1" });
      return event.share ? write(begun) : { life: begun };
    }
    case "stop":
      // Whatever lives in the store is over, so that no tab goes on with it.
      return { life: undefined, write: isUsable(found) ? { ...found, expire: now.wall } : undefined };
    case "note": {
      const { life: checked } = check();
      if (!checked) return { life: checked };
      const { stored, written, deleted } = checked;
      const next = { ...checked, stored: { ...stored, rest: { ...stored.rest, ...event.rest } } };
      // A provisional session has no place in the store yet; it is written with everything when it is confirmed.
      return written && !deleted ? write(next) : { life: next };
    }
  }
}
