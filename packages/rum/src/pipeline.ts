import {
  type Batch,
  type BatchEvent,
  type Channel,
  createReport,
  type EpochMs,
  type EventType,
  type FieldsOf,
  guard,
  type RelativeMs,
  type Scope,
  type ToEpoch,
  type UserContext,
} from "@sojourn/core";
import {
  type Admission,
  admissionOf,
  type Counted,
  ERROR_NOTE,
  ratesOf,
  type Session,
  type SessionManager,
} from "@sojourn/session";
import { createHold } from "./hold.js";
import type { RumOptions } from "./options.js";
import type { Passing } from "./sdk.js";
import { encodeView, type View, type ViewLookup } from "./views/view.js";
import type { Who } from "./who.js";

/** What a signal hands over: what happened and when. Who, where and the rest are added here. */
export interface Raw<T extends EventType> {
  type: T;
  /** The moment it began. It decides which view and session the event belongs to. */
  at: RelativeMs;
  fields: FieldsOf<T>;
  context?: Record<string, unknown> | undefined;
  /** What it was made of, for `beforeSend`: the value thrown, the element clicked, the browser's entry. */
  source?: unknown;
}

/** Takes an event into the session it belongs to. False when it was not kept. */
export type Recorder = <T extends EventType>(raw: Raw<T>) => boolean;

export interface PipelineDeps {
  scope: Scope;
  toEpoch: ToEpoch;
  options: RumOptions;
  sessions: SessionManager<View>;
  views: ViewLookup;
  who: Who;
  batch: Batch<Session<View>, View>;
  assembling: Channel<Passing>;
  kept: Channel<Passing>;
  drop(reason: string): void;
  /** Whether consent was given. */
  granted(): boolean;
}

export interface Pipeline {
  record: Recorder;
  /** Writes a version of a view. False: it has to wait. */
  recordView(view: View): boolean;
  /** Sends or forgets what waited, where that is decided by now. */
  release(): void;
  /** Whether events wait until that is decided. */
  holds(): boolean;
}

/** An event that is whole but for its number, which it gets when it leaves. */
interface Kept extends Passing {
  user: UserContext;
}

/** assemble (who, where, when) → beforeSend → admission (now, later, never) → counters → batch. */
export function createPipeline(deps: PipelineDeps): Pipeline {
  const { scope, toEpoch, options, sessions, views, who, batch, drop, granted } = deps;
  // Said once: it would throw for the next event too.
  const beforeSend = options.beforeSend && guard(createReport(1), options.beforeSend);
  const hold = createHold<Kept>(() => drop("hold"));
  let seq = 0;

  function admission({ session }: View): Admission {
    // A provisional id may still be replaced by one that the rate decides otherwise about.
    const undecided = !session.confirmed && ratesOf(session).session < 100;
    return granted() && !undecided ? admissionOf(session) : "later";
  }

  /** Of a session that is over without having been decided about, nothing will ever be sent. */
  const isOver = ({ session }: View) => granted() && sessions.current() !== session;

  function assemble(
    { type, at, fields, context, source }: Raw<EventType>,
    date: EpochMs,
    view: View,
  ): Kept | undefined {
    const merged = { ...who.context, ...view.context, ...context };
    // Whoever the view knew stays its user: the last version is the one that counts.
    if (view.endedAt === undefined && Object.keys(who.current).length) view.user = who.current;
    const user = (type === "view" && view.user) || who.current;
    const event = { type, seq: 0, date, ...fields } as Passing["event"];
    if (Object.keys(merged).length) event.context = merged;
    if ((event.type === "view" || event.type === "error") && Object.keys(who.flags).length) {
      event.feature_flags = { ...who.flags };
    }
    deps.assembling.emit({ event, at, view });
    // What it is told about is made only where somebody asks.
    const answer = beforeSend?.(event, { ...encodeView(view), ...user, session_id: view.session.id, source });
    if (answer === false && type !== "view") {
      drop("before_send");
      return undefined;
    }
    return { event, at, view, user };
  }

  function emit(kept: Kept): boolean {
    const { event, view, user } = kept;
    // Taken first: a batch that this event fills takes views along, with numbers of their own.
    const own = event.type === "view" ? batch.numberOf(view) : undefined;
    event.seq = own ?? ++seq;
    if (batch.add(event as BatchEvent, { session: view.session, view, user }) === false) {
      if (!own) seq--;
      drop("json");
      return false;
    }
    if (event.type === "view") {
      if (event.document_version === 1) view.session.totals.view++;
    } else if (event.type in view.counts) {
      view.session.totals[event.type as Counted]++;
      view.counts[event.type as Counted]++;
      views.changed(view);
    }
    return true;
  }

  function release(): void {
    hold.release((kept) => {
      const admitted = admission(kept.view);
      if (admitted === "now") guard(scope.report, emit)(kept);
      return admitted !== "later" || isOver(kept.view);
    });
  }

  return {
    release,
    holds: hold.holds,
    record(raw) {
      const { type, at } = raw;
      // Asking for the current session ends one that is over.
      sessions.current();
      const view = views.at(at);
      if (!view || !livedAt(view.session, at) || admission(view) === "never") return false;
      const kept = assemble(raw, toEpoch(at), view);
      if (!kept) return false;
      if (type === "error" && admissionOf(view.session) === "later" && sessions.current() === view.session) {
        sessions.note(...ERROR_NOTE);
      }
      // What waited came before: it leaves before.
      release();
      if (admission(view) !== "now") {
        hold.keep(kept);
        batch.touch();
      } else if (!emit(kept)) return false;
      deps.kept.emit(kept);
      return true;
    },
    recordView(view) {
      const admitted = admission(view);
      if (admitted === "later") return isOver(view);
      if (admitted === "never") return true;
      const raw: Raw<"view"> = { type: "view", at: view.startedAt, fields: views.describe(view) };
      const kept = assemble(raw, view.date, view);
      if (kept) emit(kept);
      return true;
    },
  };
}

const livedAt = ({ beganAt, endedAt }: Session<View>, at: RelativeMs): boolean =>
  at >= beganAt && (endedAt === undefined || at < endedAt);
