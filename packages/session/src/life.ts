import type { EpochMs, SessionId } from "@sojourn/core";
import { endOf, IDLE_MS, isAlive, LONGEST_MS, type Stored } from "./stored.js";

/** Writes that only move `expire` are at least this far apart. */
export const WRITE_EVERY_MS = 12_000;

export interface Active {
  kind: "active";
  stored: Stored;
  /** Another tab can no longer have another id. */
  confirmed: boolean;
  /** The `expire` that the store has; 0 before the first write. */
  writtenExpire: number;
  /** Somebody deleted the stored value: this page keeps its id and does not write it back. */
  deleted: boolean;
}

export type Life = { kind: "none" } | Active | { kind: "expired" };

/** What the store had: a session, nothing usable, or it was not looked at (at most one look a second). */
export type Look = Stored | undefined | "not looked";

export type LifeEvent =
  /** A person did something, or the page became visible. `renew`: may end an expired state. */
  | { type: "activity"; look: Look; renew: boolean; mint(): SessionId }
  /** Time passed. */
  | { type: "check"; look: Look }
  /** The store was read while no other tab could write. */
  | { type: "confirm"; look: Stored | undefined }
  /** The page may be gone: what was not written is. */
  | { type: "exit"; look: Stored | undefined }
  /** The application ends the session. */
  | { type: "stop" };

export interface Step {
  life: Life;
  /** To be written to the store. */
  write?: Stored;
}

/** The life of a session: pure, so that histories can be generated against it. */
export function step(life: Life, event: LifeEvent, now: EpochMs): Step {
  switch (event.type) {
    case "activity":
      return activity(life, event, now);
    case "check":
      return { life: check(life, event.look, now) };
    case "confirm":
      return life.kind === "active" && !life.confirmed ? settle(life, event.look, now) : { life };
    case "exit":
      return exit(life, event.look, now);
    case "stop":
      return stop(life, now);
  }
}

function activity(life: Life, { look, renew, mint }: LifeEvent & { type: "activity" }, now: EpochMs): Step {
  const current = check(life, look, now);
  const other = look !== "not looked" && look !== undefined && isAlive(look, now) ? look : undefined;

  if (current.kind === "active") {
    const deleted = current.deleted || (look === undefined && current.writtenExpire > 0);
    const shared = current.writtenExpire > 0;
    // Our own activity is what adopts another tab's session; a provisional id is settled by `confirm` alone.
    if (other && other.id !== current.stored.id && shared) return extend(adopt(other), now);
    return extend({ ...current, deleted }, now);
  }
  if (other) return renew || current.kind === "none" ? extend(adopt(other), now) : { life: current };
  if (!renew && current.kind === "expired") return { life: current };

  const stored: Stored = { id: mint(), created: now, expire: (now + IDLE_MS) as EpochMs, rest: {} };
  return { life: { kind: "active", stored, confirmed: false, writtenExpire: 0, deleted: false } };
}

const adopt = (stored: Stored): Active => ({
  kind: "active",
  stored,
  confirmed: true,
  writtenExpire: stored.expire,
  deleted: false,
});

function extend(life: Active, now: EpochMs): Step {
  const { created } = life.stored;
  const expire = Math.min(now + IDLE_MS, created + LONGEST_MS) as EpochMs;
  const stored = { ...life.stored, expire };
  const due = life.writtenExpire > 0 && expire - life.writtenExpire >= WRITE_EVERY_MS;
  return due && !life.deleted ? written({ ...life, stored }) : { life: { ...life, stored } };
}

const written = (life: Active): Step => ({
  life: { ...life, writtenExpire: life.stored.expire },
  write: life.stored,
});

/** Ends what is over. Another tab may have kept the same session alive, or put another in its place. */
function check(life: Life, look: Look, now: EpochMs): Life {
  if (life.kind !== "active") return life;
  const same = look !== "not looked" && look?.id === life.stored.id ? look : undefined;
  const stored = same && same.expire > life.stored.expire ? { ...life.stored, expire: same.expire } : life.stored;
  return isAlive(stored, now) ? { ...life, stored } : { kind: "expired" };
}

/** Nobody else writes at this moment: the store's session wins, else ours is written and stays. */
function settle(life: Active, look: Stored | undefined, now: EpochMs): Step {
  if (look && look.id !== life.stored.id && isAlive(look, now)) return extend(adopt(look), now);
  return written({ ...life, confirmed: true });
}

function exit(life: Life, look: Stored | undefined, now: EpochMs): Step {
  if (life.kind !== "active" || !isAlive(life.stored, now)) return { life };
  if (!life.confirmed) return settle(life, look, now);
  const pending = life.stored.expire !== life.writtenExpire && !life.deleted;
  return pending && look?.id === life.stored.id ? written(life) : { life };
}

function stop(life: Life, now: EpochMs): Step {
  if (life.kind !== "active") return { life: { kind: "expired" } };
  return { life: { kind: "expired" }, write: { ...life.stored, expire: now } };
}

/** When to look again: the end of an active session. */
export const nextCheck = (life: Life, now: EpochMs): EpochMs | undefined =>
  life.kind === "active" ? endOf(life.stored, now) : undefined;
