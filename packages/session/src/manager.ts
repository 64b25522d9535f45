import {
  type Channel,
  cleanUrl,
  createChannel,
  createHistory,
  type EpochMs,
  type RelativeMs,
  type Scope,
  type SessionId,
  type Store,
  toRelative,
  uuid,
} from "@sojourn/core";
import { type Life, type LifeEvent, type Look, nextCheck, step } from "./life.js";
import { parseStored, type Stored, serializeStored } from "./stored.js";
import { createTotals, type Totals } from "./totals.js";

/** The store is looked at no more often than this. */
export const LOOK_EVERY_MS = 1000;
const LOCK = "_sojourn_s";

/**
 * One session as this page lives through it. Events refer to the object, and its id is read when they are encoded:
 * a provisional id may still be replaced by the one another tab settled first.
 */
export interface Session<View> {
  id: SessionId;
  created: EpochMs;
  expire: EpochMs;
  confirmed: boolean;
  /** This page's last sign of life in it. */
  activeUntil: EpochMs;
  readonly referrer: string;
  readonly totals: Totals;
  /** This page's first and last view in it, by start. */
  firstView?: View;
  lastView?: View;
}

export interface SessionManager<View> {
  /** The session that lives now. */
  current(): Session<View> | undefined;
  /** The session that lived at a moment of this document. */
  at(moment: RelativeMs): Session<View> | undefined;
  /** A session began (value) or ended (`undefined`). The one that `start` makes is not announced. */
  readonly changed: Channel<Session<View> | undefined>;
  /** A person did something. */
  activity(): void;
  /** The page is seen again. */
  visible(): void;
  /** The page may be gone when this returns. */
  exit(): void;
  /** Ends the session here and in the store; the next activity begins another. */
  end(): void;
  /** Removes what was stored. */
  erase(): void;
}

export interface SessionDeps {
  scope: Scope;
  store: Store;
  /** Default: both; `interaction`: becoming visible keeps a session alive but begins none. */
  renewOn?: "visible" | "interaction";
  mint?: () => string;
  /** Default `navigator.locks`; where there is none (`null`), the store is verified at the next look. */
  locks?: Pick<LockManager, "request"> | null | undefined;
}

/** Starts the session of this page. It exists when this returns; its id is confirmed a moment later. */
export function startSession<View>(deps: SessionDeps): SessionManager<View> {
  const { scope, store, renewOn = "visible", mint = uuid, locks = navigator.locks } = deps;
  const { clock } = scope;
  const changed = createChannel<Session<View> | undefined>(scope.report);
  const history = createHistory<Session<View>>();
  let life: Life = { kind: "none" };
  let session: Session<View> | undefined;
  let lastLook = Number.NEGATIVE_INFINITY;
  let timerSet = false;
  /** Until the first session stands, nobody could have listened. */
  let starting = true;

  function look(): Stored | undefined {
    lastLook = clock.now();
    return parseStored(store.read());
  }

  /** Within a second of the last look, memory is enough, except where a life may begin. */
  const lookIfDue = (): Look =>
    life.kind === "active" && clock.now() - lastLook < LOOK_EVERY_MS ? "not looked" : look();

  function apply(event: LifeEvent): void {
    const now = clock.wall();
    const result = step(life, event, now);
    const moved = result.life !== life;
    life = result.life;
    if (result.write) store.write(serializeStored(result.write));
    if (moved) follow(event.type === "confirm" || event.type === "exit");
  }

  /** Brings the session object in line with the life. `sameLife`: a new id is the same session under its final name. */
  function follow(sameLife: boolean): void {
    const previous = session;
    if (life.kind !== "active") {
      if (!previous) return;
      session = undefined;
      history.set(undefined, toRelative(clock, Math.min(previous.expire, clock.wall()) as EpochMs));
      changed.emit(undefined);
      return;
    }
    const { id, created, expire } = life.stored;
    const { confirmed } = life;
    if (previous && (previous.id === id || sameLife)) {
      Object.assign(previous, { id, created, expire, confirmed });
    } else {
      const begun: Session<View> = {
        id,
        created,
        expire,
        confirmed,
        activeUntil: clock.wall(),
        referrer: starting ? cleanUrl(document.referrer) : "",
        totals: createTotals(),
      };
      session = begun;
      // What the page did before the SDK came belongs to the first session.
      history.set(begun, starting ? (0 as RelativeMs) : clock.now());
      if (!confirmed) confirm();
      if (!starting) changed.emit(begun);
    }
    arm();
  }

  /** One timer at a time; when the end has moved meanwhile, the next one is set then. */
  function arm(): void {
    const end = nextCheck(life, clock.wall());
    if (timerSet || end === undefined) return;
    timerSet = true;
    scope.timer(
      () => {
        timerSet = false;
        apply({ type: "check", look: look() });
        arm();
      },
      Math.max(end - clock.wall(), 0),
    );
  }

  function confirm(): void {
    const settle = () => {
      if (!scope.stopped) apply({ type: "confirm", look: look() });
    };
    // Taken and released at once: a lock that is held would cost the page its back/forward cache.
    if (locks) locks.request(LOCK, settle).catch(settle);
    else settle();
  }

  function touch(renew: boolean): void {
    apply({ type: "activity", look: lookIfDue(), renew, mint: mint as () => SessionId });
    if (session) session.activeUntil = clock.wall();
  }

  touch(true);
  starting = false;

  return {
    changed,
    current() {
      if (session && clock.wall() >= session.expire) apply({ type: "check", look: look() });
      return session;
    },
    at: (moment) => history.at(moment),
    activity: () => touch(true),
    visible: () => touch(renewOn === "visible"),
    exit() {
      const now = clock.wall();
      if (session && now < session.expire) session.activeUntil = now;
      apply({ type: "exit", look: look() });
    },
    end: () => apply({ type: "stop" }),
    erase: () => store.erase(),
  };
}
