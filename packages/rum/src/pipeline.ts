import {
  type Batch,
  type BatchEvent,
  type EpochMs,
  type EventType,
  type FieldsOf,
  guard,
  type RelativeMs,
  type Scope,
  type ToEpoch,
  type UserContext,
  type WireEvent,
} from "@sojourn/core";
import { admissionOf, type Counted, ERROR_NOTE, ratesOf, type Session, type SessionManager } from "@sojourn/session";
import { createHold } from "./hold.js";
import type { RumOptions } from "./options.js";
import type { View, ViewLookup } from "./views/view.js";

/** What a signal hands over: what happened and when. Who, where and the rest are added here. */
export interface Raw<T extends EventType> {
  type: T;
  /** The moment it began. It decides which view and session the event belongs to. */
  at: RelativeMs;
  fields: FieldsOf<T>;
  context?: Record<string, unknown> | undefined;
}

/** Takes an event into the session it belongs to. False when it was not kept. */
export type Recorder = <T extends EventType>(raw: Raw<T>) => boolean;

/** What the application says of its user and of everything. */
export interface Who {
  user: UserContext;
  /** Anonymous id of the browser, where the application asked for one. */
  visitorId?: string | undefined;
  context: Record<string, unknown>;
}

export interface PipelineDeps {
  scope: Scope;
  toEpoch: ToEpoch;
  options: RumOptions;
  sessions: SessionManager<View>;
  views: ViewLookup;
  who: Who;
  batch: Batch<Session<View>, View>;
}

export interface Pipeline {
  record: Recorder;
  /** Writes a version of a view. False: it has to wait. */
  recordView(view: View): boolean;
  /** Consent was given: what waited for it may go. */
  grant(): void;
  /** Sends or forgets what waited, where that is decided by now. */
  release(): void;
}

/** An event that is whole but for its number, which it gets when it leaves. */
interface Kept {
  event: WireEvent;
  view: View;
  user: UserContext;
}

const COUNTED: readonly string[] = ["error", "resource", "action", "long_task"] satisfies Counted[];

/** assemble (who, where, when) → beforeSend → admission (now, later, never) → counters → batch. */
export function createPipeline(deps: PipelineDeps, granted: boolean): Pipeline {
  const { scope, toEpoch, options, sessions, views, who, batch } = deps;
  const hold = createHold<Kept>();
  let consent = granted;
  let seq = 0;
  let known = { user: who.user, visitorId: who.visitorId, context: who.user };

  function admission({ session }: View): "now" | "later" | "never" {
    const admitted = admissionOf(session);
    // A provisional id may still be replaced by one that the rate decides otherwise about.
    const undecided = !session.confirmed && ratesOf(session).session < 100;
    if (!consent || undecided || admitted === "on error") return "later";
    return admitted === "all" ? "now" : "never";
  }

  function assemble(type: EventType, date: EpochMs, fields: object, view: View, context?: object): Kept | undefined {
    const merged = { ...who.context, ...context };
    // Whoever the view knew stays its user: the last version is the one that counts.
    if (view.endedAt === undefined && Object.keys(currentUser()).length) view.user = currentUser();
    const event = { type, seq: 0, date, ...fields } as WireEvent;
    if (Object.keys(merged).length) event.context = merged;
    return isDropped(event) ? undefined : { event, view, user: (type === "view" && view.user) || currentUser() };
  }

  /** The same object for the same person, so that a body names each person once. */
  function currentUser(): UserContext {
    if (known.user !== who.user || known.visitorId !== who.visitorId) {
      const { user, visitorId } = who;
      known = { user, visitorId, context: visitorId ? { ...user, visitor_id: visitorId } : user };
    }
    return known.context;
  }

  function isDropped(event: WireEvent): boolean {
    try {
      return options.beforeSend?.(event) === false && event.type !== "view";
    } catch (error) {
      scope.report(error);
      return false;
    }
  }

  function emit({ event, view, user }: Kept): void {
    event.seq = seq + 1;
    if (batch.add(event as BatchEvent, { session: view.session, view, user }) === false) return;
    seq++;
    if (event.type === "view") {
      if (event.document_version === 1) view.session.totals.view++;
    } else if (COUNTED.includes(event.type)) {
      view.session.totals[event.type as Counted]++;
      view.counts[event.type as Counted]++;
      views.changed(view);
    }
  }

  function release(): void {
    hold.release((kept) => {
      const admitted = admission(kept.view);
      if (admitted === "now") guard(scope.report, emit)(kept);
      return admitted !== "later";
    });
  }

  return {
    release,
    grant() {
      consent = true;
      release();
    },
    record({ type, at, fields, context }) {
      // Asking for the current session ends one that is over.
      sessions.current();
      const view = views.at(at);
      if (!view || !livedAt(view.session, at) || admission(view) === "never") return false;
      const kept = assemble(type, toEpoch(at), fields, view, context);
      if (!kept) return false;
      if (type === "error" && admissionOf(view.session) === "on error" && sessions.current() === view.session) {
        sessions.note(...ERROR_NOTE);
      }
      // What waited came before: it leaves before.
      release();
      if (admission(view) === "now") emit(kept);
      else {
        hold.keep(kept);
        batch.touch();
      }
      return true;
    },
    recordView(view) {
      const admitted = admission(view);
      // Of a session that is over without having been decided about, nothing will ever be sent.
      if (admitted === "later") return consent && sessions.current() !== view.session;
      const kept = admitted === "now" && assemble("view", view.date, views.describe(view), view);
      if (kept) emit(kept);
      return true;
    },
  };
}

const livedAt = ({ beganAt, endedAt }: Session<View>, at: RelativeMs): boolean =>
  at >= beganAt && (endedAt === undefined || at < endedAt);
