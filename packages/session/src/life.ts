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
  readonly kind: "active";
  readonly stored: Stored;
  /** No other tab can have another id any more. */
  readonly confirmed: boolean;
  /** The `expire` that the store has; 0 before the first write. */
  readonly writtenExpire: number;
  /** Somebody deleted the stored value: this page keeps its id and does not write it back. */
  readonly deleted: boolean;
  /** The two ends on the monotonic clock, so that a wall clock set back makes nothing longer. */
  readonly idleEnd: number;
  readonly lifeEnd: number;
}

export type Life =
  /** Not begun. */
  | { readonly kind: "none" }
  | Active
  /** Over: too long idle, too old, ended by the application, or replaced by another tab. */
  | { readonly kind: "expired" };

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
  | { type: "start"; mint: Mint; rest?: Stored["rest"]; share: boolean }
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

/** The life of a session: pure, so that histories can be generated against it. */
export function step(life: Life, event: LifeEvent, now: Moment, limits: Limits): Step {
  switch (event.type) {
    case "activity": {
      const { life: checked, renamed } = check(life, event.look, now, limits);
      return { ...activity(checked, event, now, limits), renamed };
    }
    case "check":
      return check(life, event.look, now, limits);
    case "confirm":
      return life.kind === "active" && !life.confirmed ? settle(life, event.look, now, limits) : { life };
    case "exit":
      return exit(life, event.look, now, limits);
    case "start": {
      const begun = begin(event.mint, { ...event.rest, [FORCED]: "1" }, now, limits);
      return event.share ? written({ ...begun, confirmed: true }) : { life: begun };
    }
    case "stop":
      return stop(event.look, now, limits);
    case "note":
      return note(check(life, event.look, now, limits).life, event.rest);
  }
}

/** `life` has been checked: if it is active, it is so at this moment, and no other session is in the store. */
function activity(life: Life, event: LifeEvent & { type: "activity" }, now: Moment, limits: Limits): Step {
  const { look, renew, mint, rest } = event;
  if (life.kind === "active") return extend(life, look !== "not looked", now, limits);
  if (!renew && life.kind === "expired") return { life };
  // Our own activity is what adopts another tab's session.
  if (isTheirs(life, look, now, limits)) {
    return extend(adopt(look, now, limits), true, now, limits);
  }
  return { life: begin(mint, rest, now, limits) };
}

/** Whether the store has another session than this one that may be gone on with. */
const isTheirs = (life: Life, look: Look, now: Moment, limits: Limits): look is Stored =>
  isForeign(life, look) && isAlive(look, now.wall, limits);

const isForeign = (life: Life, look: Look): look is Stored =>
  look !== undefined && look !== "not looked" && !(life.kind === "active" && life.stored.id === look.id);

function begin(mint: Mint, rest: Stored["rest"] = {}, now: Moment, limits: Limits): Active {
  const stored: Stored = { id: mint(), created: now.wall, expire: later(now.wall, limits.idle), rest };
  return { kind: "active", stored, confirmed: false, writtenExpire: 0, deleted: false, ...ends(stored, now, limits) };
}

const adopt = (stored: Stored, now: Moment, limits: Limits): Active => ({
  kind: "active",
  stored,
  confirmed: true,
  writtenExpire: stored.expire,
  deleted: false,
  ...ends(stored, now, limits),
});

/** Where a stored session ends on the monotonic clock. */
const ends = ({ created, expire }: Stored, now: Moment, { idle, longest }: Limits) => ({
  idleEnd: now.mono + Math.min(expire - now.wall, idle),
  lifeEnd: now.mono + Math.min(created - now.wall, 0) + longest,
});

function extend(life: Active, looked: boolean, now: Moment, limits: Limits): Step {
  const created = createdBy(life, now, limits);
  const expire = Math.min(later(now.wall, limits.idle), later(created, limits.longest)) as EpochMs;
  const next: Active = { ...life, stored: { ...life.stored, created, expire }, idleEnd: now.mono + limits.idle };
  // A clock that was set back moves beginning and end: others must hear of that too.
  const moved = created !== life.stored.created || Math.abs(expire - life.writtenExpire) >= WRITE_EVERY_MS;
  const due = life.writtenExpire > 0 && moved;
  // Who has not looked might write over another tab's new session.
  return due && looked && !life.deleted ? written(next) : { life: next };
}

/** When it began, in terms of a wall clock that may have been set back since: its age stays what it was. */
function createdBy({ stored, lifeEnd }: Active, now: Moment, { longest }: Limits): EpochMs {
  const age = longest - (lifeEnd - now.mono);
  return now.wall - age < stored.created - TOLERANCE_MS ? later(now.wall, -age) : stored.created;
}

const written = (life: Active): Step => ({
  life: { ...life, writtenExpire: life.stored.expire },
  write: life.stored,
});

/**
 * What the store says of an active session: another tab has kept it alive or ended it, has put a new one in its place
 * (ours ends at once, and our own activity will adopt theirs), or somebody has deleted it.
 */
function check(life: Life, look: Look, now: Moment, limits: Limits): Step {
  if (life.kind !== "active") return { life };
  // A provisional id is settled by `confirm` alone.
  const shared = life.writtenExpire > 0;
  if (shared && isForeign(life, look)) {
    const renamed = isOneStart(life, look, now, limits);
    // Whether theirs is over by now does not matter otherwise: it took the place of ours.
    return renamed ? { life: adopt(look, now, limits), renamed } : { life: { kind: "expired" } };
  }
  let kept = life;
  if (look === undefined) kept = shared && !life.deleted ? { ...life, deleted: true } : life;
  else if (look !== "not looked" && look.id === life.stored.id) kept = merge(life, look, now, limits);
  return { life: isOver(kept, now, limits) ? { kind: "expired" } : kept };
}

function isOneStart(life: Active, look: Stored, now: Moment, limits: Limits): boolean {
  const age = limits.longest - (life.lifeEnd - now.mono);
  const apart = Math.abs(look.created - life.stored.created);
  return age < ONE_START_MS && apart < ONE_START_MS && !look.rest[FORCED] && isAlive(look, now.wall, limits);
}

/** The same session as another tab left it. */
function merge(life: Active, look: Stored, now: Moment, limits: Limits): Active {
  const longer = look.expire > life.stored.expire;
  // A session that another tab ended has an end in the past, however far ours still was; our own old end means nothing.
  const ended = look.expire <= now.wall && look.expire !== life.writtenExpire;
  const expire = longer || ended ? look.expire : life.stored.expire;
  const stored = { ...look, expire };
  const idleEnd = longer ? Math.max(life.idleEnd, ends(look, now, limits).idleEnd) : life.idleEnd;
  return { ...life, stored, writtenExpire: look.expire, idleEnd };
}

function isOver({ stored, idleEnd, lifeEnd }: Active, { wall, mono }: Moment, { longest }: Limits): boolean {
  return wall >= stored.expire || wall >= stored.created + longest || mono >= idleEnd || mono >= lifeEnd;
}

/** Nobody else writes at this moment: the store's session wins, else ours is written and stays. */
function settle(life: Active, look: Stored | undefined, now: Moment, limits: Limits): Step {
  if (!isTheirs(life, look, now, limits)) return written({ ...life, confirmed: true });
  return { ...extend(adopt(look, now, limits), true, now, limits), renamed: true };
}

function exit(life: Life, look: Stored | undefined, now: Moment, limits: Limits): Step {
  const { life: checked, renamed = false } = check(life, look, now, limits);
  if (life.kind !== "active" || checked.kind !== "active") return { life: checked };
  if (!checked.confirmed) return settle(checked, look, now, limits);
  // Our own last activity, in terms of the wall clock as it stands now.
  const expire = Math.min(life.stored.expire, later(now.wall, life.idleEnd - now.mono)) as EpochMs;
  const theirs = checked.writtenExpire;
  const pending = expire > theirs || theirs > now.wall + limits.idle + TOLERANCE_MS;
  if (!pending || checked.deleted) return { life: checked, renamed };
  const stored = { ...checked.stored, created: createdBy(checked, now, limits), expire };
  return { ...written({ ...checked, stored }), renamed };
}

/** Whatever lives in the store is over, so that no tab goes on with it. */
function stop(look: Stored | undefined, now: Moment, limits: Limits): Step {
  const life = { kind: "expired" } as const;
  return look && isAlive(look, now.wall, limits) ? { life, write: { ...look, expire: now.wall } } : { life };
}

function note(life: Life, rest: Stored["rest"]): Step {
  if (life.kind !== "active") return { life };
  const next = { ...life, stored: { ...life.stored, rest: { ...life.stored.rest, ...rest } } };
  // A provisional session has no place in the store yet; it is written with everything when it is confirmed.
  return life.writtenExpire > 0 && !life.deleted ? written(next) : { life: next };
}

/** The monotonic clock has fractions; a time with one would be no session's to whoever reads it. */
const later = (wall: EpochMs, ms: number): EpochMs => Math.round(wall + ms) as EpochMs;

/** Milliseconds until an active session ends, on whichever clock is first. */
export function untilEnd(life: Life, { wall, mono }: Moment): number | undefined {
  if (life.kind !== "active") return undefined;
  return Math.max(Math.min(life.stored.expire - wall, life.idleEnd - mono, life.lifeEnd - mono), 0);
}
