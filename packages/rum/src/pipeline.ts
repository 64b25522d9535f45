import type {
  Batch,
  BatchEvent,
  EpochMs,
  EventType,
  FieldsOf,
  RelativeMs,
  Scope,
  UserContext,
  WireEvent,
} from "@sojourn/core";
import { type Counted, isSampled, type Session, type SessionManager } from "@sojourn/session";
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
  context: Record<string, unknown>;
}

export interface PipelineDeps {
  scope: Scope;
  options: RumOptions;
  sessions: SessionManager<View>;
  views: ViewLookup;
  who: Who;
  batch: Batch<Session<View>, View>;
}

const COUNTED: readonly string[] = ["error", "resource", "action", "long_task"] satisfies Counted[];

/** assemble (who, where, when) → beforeSend → counters → batch. */
export function createPipeline(deps: PipelineDeps): { record: Recorder; recordView(view: View): void } {
  const { scope, options, sessions, views, who, batch } = deps;
  let seq = 0;

  function keep(type: EventType, date: EpochMs, fields: object, view: View, context?: object): boolean {
    const { session } = view;
    if (!isSampled(session.id, options.sessionSampleRate)) return false;
    const merged = { ...who.context, ...context };
    const event = {
      type,
      seq: seq + 1,
      date,
      ...fields,
      context: Object.keys(merged).length ? merged : undefined,
    } as WireEvent;
    if (dropped(event)) return false;
    seq++;
    batch.add(event as BatchEvent, { session, view, user: who.user });
    return true;
  }

  function dropped(event: WireEvent): boolean {
    try {
      return options.beforeSend?.(event) === false && event.type !== "view";
    } catch (error) {
      scope.report(error);
      return false;
    }
  }

  return {
    record({ type, at, fields, context }) {
      // Asking for the current session ends one that is over.
      sessions.current();
      const view = views.at(at);
      if (!view || sessions.at(at) !== view.session) return false;
      if (!keep(type, scope.clock.toEpoch(at), fields, view, context)) return false;
      if (COUNTED.includes(type)) {
        view.session.totals[type as Counted]++;
        view.counts[type as Counted]++;
        views.changed(view);
      }
      return true;
    },
    recordView(view) {
      keep("view", view.date, views.describe(view), view);
    },
  };
}
