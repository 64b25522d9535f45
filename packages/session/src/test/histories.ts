import type { EpochMs, RelativeMs, SessionId } from "@sojourn/core";
import fc from "fast-check";
import { expect } from "vitest";
import { type Active, type Life, type LifeEvent, step, untilEnd, WRITE_EVERY_MS } from "../life.js";
import { LOOK_EVERY_MS } from "../manager.js";
import { LIMITS, type Stored } from "../stored.js";

const START = 1_800_000_000_000;
const MINUTE = 60_000;
const TABS = 4;
const { idle: IDLE, longest: LONGEST } = LIMITS;

const tab = fc.nat(TABS - 1);
const move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("activity" as const), tab }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20 * MINUTE) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(2000) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("check" as const, "exit" as const, "confirm" as const), tab }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sleep" as const), tab, ms: fc.nat(60 * MINUTE) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("jump" as const),
      ms: fc.integer({ min: -90, max: 90 }).map((m) => m * MINUTE),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const) }) },
);
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

interface Tab {
  life: Life;
  /** When this tab's monotonic clock stood at zero, and how long it stood still since. */
  zero: number;
  slept: number;
  /** When it last looked at the store. */
  looked: number;
  /** When somebody last did something in it. */
  used: number;
}

/**
 * Any history of several tabs, with clocks that jump and stop and a store that somebody deletes, against the rules that
 * hold for every one of them.
 */
export const histories = fc.property(fc.array(move, { minLength: 1, maxLength: 120 }), (moves) => {
  const world = createWorld();
  for (const one of moves) world.play(one);
});

function createWorld() {
  const tabs: Tab[] = Array.from({ length: TABS }, () => ({
    life: undefined,
    zero: 0,
    slept: 0,
    looked: Number.NEGATIVE_INFINITY,
    used: Number.NEGATIVE_INFINITY,
  }));
  let store: Stored | undefined;
  let real = 0;
  let shift = START;
  let minted = 0;
  /** Nothing but activity and time since then: the rules about rotation apply. */
  let calmSince = 0;
  /** The last one that others could learn of. */
  let lastActivity = Number.NEGATIVE_INFINITY;
  const started = new Set<string>();
  const bornAt = new Map<string, number>();

  const wall = () => (real + shift) as EpochMs;
  const at = (index: number): Tab => tabs[index] as Tab;

  function apply(index: number, event: LifeEvent): void {
    const own = at(index);
    const mono = (real - own.zero - own.slept) as RelativeMs;
    const { life, write } = step(own.life, event, { wall: wall(), mono }, LIMITS);
    own.life = life;
    if ("look" in event && event.look !== "not looked") own.looked = real;
    if (write) {
      // A session that was replaced never comes back over the one that replaced it.
      if (write.id !== store?.id) {
        // Nobody puts a new session over one that is being lived in.
        expect(isLivedIn(store)).toBe(false);
        expect(started.has(write.id)).toBe(false);
        started.add(write.id);
      }
      store = write;
    }
  }

  /** The store may lag by what is not worth a write yet; it is written when the page is hidden. */
  function isLivedIn(stored: Stored | undefined): boolean {
    const born = bornAt.get(stored?.id ?? "");
    const recently = real - lastActivity < IDLE - WRITE_EVERY_MS && lastActivity >= calmSince;
    return recently && born !== undefined && real - born < LONGEST;
  }

  function activity(index: number): void {
    const own = at(index);
    const stored = store;
    const wasLivedIn = isLivedIn(stored);
    // At most one look a second. What happens in that second is seen by the next one.
    const recent = own.life && real - own.looked < LOOK_EVERY_MS;
    const look = recent ? ("not looked" as const) : stored;
    apply(index, {
      type: "activity",
      look,
      renew: true,
      mint: () => {
        const id = `id${++minted}` as SessionId;
        bornAt.set(id, real);
        return id;
      },
    });

    // Never without an id after an activity.
    expect(own.life).toBeDefined();
    const { stored: mine, deleted, written: confirmed } = own.life as Active;
    // Never two ids for one period of activity: who acts is in the session that the store has.
    if (!deleted && !recent && confirmed) expect(mine.id).toBe(store?.id);

    // Never a rotation while any tab is active.
    if (stored && wasLivedIn && !recent && confirmed) expect(mine.id).toBe(stored.id);
    // Never past four hours, whoever kept it busy.
    const age = real - (bornAt.get(mine.id) ?? real);
    if (calmSince <= (bornAt.get(mine.id) ?? real)) expect(age).toBeLessThan(LONGEST);
    own.used = real;
    if (!recent && confirmed) lastActivity = real;
  }

  /** Looking at the store ends nothing that is lived in here, unless another session is there. */
  function look(index: number, type: "confirm" | "check" | "exit"): void {
    const own = at(index);
    const before = own.life;
    apply(index, { type, look: store });
    if (!before || before.stored.id !== store?.id || own.used < calmSince) return;
    const age = real - (bornAt.get(before.stored.id) ?? 0);
    if (real - own.used < IDLE && age < LONGEST) expect(own.life).toBeDefined();
  }

  function invariants(): void {
    for (const { life } of tabs) {
      if (!life) continue;
      const { created, expire } = life.stored;
      expect(expire - created).toBeLessThanOrEqual(LONGEST);
    }
  }

  return {
    play(one: Move): void {
      switch (one.kind) {
        case "wait":
          real += one.ms;
          break;
        case "activity":
          activity(one.tab);
          break;
        // A lock is granted some time after it was asked for; nobody else writes while it is held.
        case "confirm":
        case "check":
        case "exit":
          look(one.tab, one.kind);
          break;
        case "reload":
          apply(one.tab, { type: "exit", look: store });
          tabs[one.tab] = {
            life: undefined,
            zero: real,
            slept: 0,
            looked: Number.NEGATIVE_INFINITY,
            used: Number.NEGATIVE_INFINITY,
          };
          break;
        case "sleep":
          // The machine sleeps: time passes, this tab's monotonic clock stands still.
          real += one.ms;
          at(one.tab).slept += one.ms;
          break;
        case "jump":
          shift += one.ms;
          calmSince = real + 1;
          break;
        case "delete":
          store = undefined;
          calmSince = real + 1;
          break;
      }
      invariants();
      for (const { life, zero, slept } of tabs) {
        if (!life) continue;
        const mono = (real - zero - slept) as RelativeMs;
        // On its own clock, no tab is promised more than the limits.
        expect(untilEnd(life, { wall: wall(), mono })).toBeLessThanOrEqual(IDLE);
        expect(life.stored.created - (mono + life.distance)).toBeLessThanOrEqual(0);
      }
    },
  };
}
