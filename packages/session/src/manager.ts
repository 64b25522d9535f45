import {
  type Channel,
  createChannel,
  type EpochMs,
  guard,
  type RelativeMs,
  type Scope,
  type SessionId,
  type Store,
  toRelative,
  uuid,
} from "@sojourn/core";
import { type Life, type LifeEvent, type Look, step, untilEnd } from "./life.js";
import { LIMITS, type Limits, parseStored, type Stored, serializeStored } from "./stored.js";
import { readShared, watchTabs } from "./tabs.js";
import { createCounts, type Totals } from "./totals.js";

/** The store is looked at no more often than this. */
export const LOOK_EVERY_MS = 1000;

/**
 * One session as this page lives through it. Events refer to the object, and its id is read when they are encoded:
 * a provisional id may still be replaced by the one another tab settled first.
 */
export interface Session<View = unknown> {
  id: SessionId;
  created: EpochMs;
  expire: EpochMs;
  confirmed: boolean;
  /** What is kept with the session for all its tabs. */
  rest: Stored["rest"];
  /** The moment of this document from which on it is this page's session. */
  readonly beganAt: RelativeMs;
  /** The moment it ended, once it has. What began before still belongs to it. */
  endedAt?: RelativeMs;
  /** This page's last sign of life in it. */
  activeUntil: EpochMs;
  readonly referrer: string;
  readonly totals: Totals;
  /** This page's first and last view in it, by start. */
  firstView?: View;
  lastView?: View;
}

export interface SessionManager<View = unknown> {
  /** The session that lives now. */
  current(): Session<View> | undefined;
  /**
   * A session began, or got its final id (the value, the same object for both), or ended (`undefined`). The beginning of
   * the one that `startSession` makes is not announced: nobody could have listened.
   */
  readonly changed: Channel<Session<View> | undefined>;
  /** A person did something, at a moment of this document (default: now). A session that begins with it begins then. */
  activity(at?: RelativeMs): void;
  /** The page is seen again. */
  visible(): void;
  /** The page may be gone when this returns. `seen`: a person could see it until now, so the session lasted until now. */
  exit(seen: boolean): void;
  /** Begins a new session for all tabs, whatever there was: after a sign-in, for the next visitor of a kiosk. */
  start(): void;
  /** Ends the session for all tabs; the next activity in any of them begins another. */
  end(): void;
  /** Keeps a word with the session, for all its tabs and pages. */
  note(key: string, word: string): void;
  /** Storage may be used from now on. */
  grant(): void;
}

export interface SessionDeps {
  scope: Scope;
  store: Store;
  /** Name under which the tabs of a site find each other. Default `_sojourn_s`. */
  name?: string;
  limits?: Limits;
  /** Default `visible`; `interaction`: becoming visible keeps a session alive but begins none. */
  renewOn?: "visible" | "interaction";
  /** False: nothing is read or written before {@link SessionManager.grant}, and the id stays provisional. Default true. */
  granted?: boolean;
  /** What the page did before this moment belongs to nobody. Default 0: what came before the SDK is the first session's. */
  since?: RelativeMs;
  /** Where the visitor came from: the first session's referrer, cleaned. Later ones have none. */
  referrer?: string;
  /** What a new session keeps from its beginning on. */
  rest?: Stored["rest"];
  mint?: () => string;
  /**
   * Default `navigator.locks`. Where there are none (`null`) the id is written at once, and tabs that started together
   * agree at their next look.
   */
  locks?: Pick<LockManager, "request"> | null | undefined;
}

/** Starts the session of this page. It exists when this returns; its id is confirmed a moment later. */
export function startSession<View>(deps: SessionDeps): SessionManager<View> {
  const {
    scope,
    store,
    name = "_sojourn_s",
    limits = LIMITS,
    renewOn = "visible",
    rest,
    locks = navigator.locks,
  } = deps;
  const { clock } = scope;
  const mint = (deps.mint ?? uuid) as () => SessionId;
  const changed = createChannel<Session<View> | undefined>(scope.report);
  let granted = deps.granted ?? true;
  let life: Life;
  let session: Session<View> | undefined;
  let lastLook = -LOOK_EVERY_MS;
  let timerSet = false;
  let referrer = deps.referrer ?? "";

  const now = () => ({ wall: clock.wall(), mono: clock.now() });

  function look(): Stored | undefined {
    if (!granted) return undefined;
    lastLook = clock.now();
    return newest(store.read());
  }

  /** Within a second of the last look memory is enough, except where a session may begin. */
  function lookIfDue(): Look {
    const recent = life && clock.now() - lastLook < LOOK_EVERY_MS;
    return recent || !granted ? "not looked" : look();
  }

  function apply(event: LifeEvent, at = clock.now()): void {
    const { life: next, write, renamed } = step(life, event, now(), limits);
    const moved = next !== life;
    life = next;
    if (write && granted) {
      store.write(serializeStored(write));
      announce();
    }
    if (moved) follow(renamed === true, at);
  }

  /** Brings the session object in line with the life. */
  function follow(renamed: boolean, at: RelativeMs): void {
    const id = life?.stored.id;
    if (session && session.id !== id && !renamed) finish(session);
    if (!life) return;
    const { stored } = life;
    const confirmed = !!life.written;
    if (session) {
      const news = session.id !== id || session.confirmed !== confirmed;
      Object.assign(session, stored, { confirmed });
      if (news) changed.emit(session);
    } else {
      session = {
        ...stored,
        confirmed,
        beganAt: at,
        activeUntil: clock.wall(),
        referrer,
        totals: { view: 0, ...createCounts() },
      };
      referrer = "";
      changed.emit(session);
      if (!confirmed) confirm();
    }
    arm();
  }

  function finish(ended: Session<View>): void {
    session = undefined;
    ended.endedAt = toRelative(clock, Math.min(ended.expire, clock.wall()) as EpochMs);
    changed.emit(undefined);
  }

  /** One timer at a time; when the end has moved meanwhile, the next one is set then. */
  function arm(): void {
    const left = untilEnd(life, now());
    if (timerSet || left === undefined) return;
    timerSet = true;
    scope.timer(() => {
      timerSet = false;
      check();
      arm();
    }, left);
  }

  function confirm(): void {
    if (!granted) return;
    const settle = guard(scope.report, (values: readonly string[]) => {
      if (!scope.stopped) apply({ type: "confirm", look: newest(values) });
    });
    const alone = () => settle(store.read());
    if (!locks) {
      alone();
      return;
    }
    // Taken and released at once: a lock that is held would cost the page its back/forward cache.
    locks
      .request(name, async () => {
        settle(await readShared(name, store));
        // Ours has to be where the others look before they may.
        await readShared(name, store);
      })
      .catch(alone);
  }

  function touch(renew: boolean, at?: RelativeMs): void {
    apply({ type: "activity", look: lookIfDue(), renew, mint, rest }, at);
    if (session) session.activeUntil = clock.wall();
  }

  /** The session was lived in until now, if it was still there. */
  function lived(): void {
    if (session && untilEnd(life, now())) session.activeUntil = clock.wall();
  }

  const check = () => apply({ type: "check", look: look() });
  // A channel's message comes from the browser itself.
  const announce = watchTabs(scope, name, guard(scope.report, check));
  touch(true, deps.since ?? (0 as RelativeMs));

  return {
    changed,
    current() {
      if (untilEnd(life, now()) === 0) check();
      return session;
    },
    activity: (at) => touch(true, at),
    visible: () => touch(renewOn === "visible"),
    exit(seen) {
      if (seen) lived();
      if (granted) apply({ type: "exit", look: look() });
    },
    start() {
      lived();
      apply({ type: "start", mint, rest, share: granted });
    },
    end() {
      lived();
      apply({ type: "stop", look: look() });
    },
    note: (key, word) => apply({ type: "note", look: look(), rest: { [key]: word } }),
    grant() {
      granted = true;
      if (life && !life.written) confirm();
    },
  };
}

/** Of several values the one that was written last: writing moves the end. */
const newest = (values: readonly string[]): Stored | undefined =>
  values.flatMap((value) => parseStored(value) ?? []).sort((a, b) => b.expire - a.expire)[0];
