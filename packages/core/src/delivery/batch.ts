import { guard } from "../guard.js";
import { BEACON_LIMITS } from "../model/limits.js";
import type { Beacon, SessionBlock, UserContext, ViewContext, WireEvent } from "../model/types.js";
import type { Scope, Stop } from "../scope.js";
import { utf8Length } from "./bytes.js";
import { toJson } from "./json.js";

/**
 * A batch leaves when the first of these is reached. `bytes` is the whole body, contexts included: the keepalive budget
 * then carries two of them at an exit. Only a single event that is larger makes a larger body.
 */
export const BATCH_LIMITS = { bytes: 16 * 1024, events: 50, ms: 10_000 } as const;

/** Put aside for what every body has: the page, the application, punctuation. */
const HEADER_BYTES = 1024;

/** What an event belongs to. Each is written once in a body, however many events refer to it. */
export interface Belongings<Session extends object, View extends object> {
  session: Session;
  view: View;
  /** `{}` for nobody. The same content is the same user. */
  user: UserContext;
}

/** An event without what the batch adds: the references. */
export type BatchEvent = WireEvent extends infer E ? (E extends WireEvent ? Omit<E, "s" | "w" | "u"> : never) : never;

export interface BatchDeps<Session extends object, View extends object> {
  scope: Scope;
  /** The fields of a body that are the same for every batch of the page. */
  header(): Omit<Beacon, "sessions" | "views" | "users" | "events">;
  /**
   * Called when the body is written, so that an id confirmed meanwhile and the newest counts are what leaves; and once
   * before, to know its size.
   */
  encodeSession(session: Session, viewIndex: (view: View) => number): SessionBlock;
  encodeView(view: View): ViewContext;
  /** Called before a body is written: producers add what they still hold, such as the newest version of a view. */
  collect(exit: boolean): void;
  /** Hands a finished body on. `exit`: the page may be gone when this returns. */
  send(body: string, exit: boolean): void;
}

export interface Batch<Session extends object, View extends object> {
  /** False when the event could not be written as JSON; it costs only itself. */
  add(event: BatchEvent, to: Belongings<Session, View>): boolean;
  /** Something changed that {@link BatchDeps.collect} will add: leave within the usual time even if no event comes. */
  touch(): void;
  /** Sends what is there now, if anything is. */
  flush(exit: boolean): void;
}

/** Collects events and writes them as one body, contexts once. */
export function createBatch<Session extends object, View extends object>(
  deps: BatchDeps<Session, View>,
): Batch<Session, View> {
  const { scope } = deps;
  let content = emptyContent<Session, View>();
  let cancelTimer: Stop | undefined;
  /** Set while producers add what they hold: what overflows then leaves the same way. */
  let collecting: { exit: boolean } | undefined;

  function arm(): void {
    cancelTimer ??= scope.timer(() => {
      cancelTimer = undefined;
      flush(false);
    }, BATCH_LIMITS.ms);
  }

  /** `content` and one event more. Both texts are JSON. */
  function grown(event: string, user: string, { session, view }: Belongings<Session, View>): Content<Session, View> {
    const { sessions, views, users, events } = content;
    const next = { sessions: [...sessions], views: [...views], users: [...users], events, bytes: content.bytes };
    function index<T>(list: T[], item: T, json: () => string | undefined): number {
      const place = list.indexOf(item);
      if (place >= 0) return place;
      // First, since a session's JSON may add its views.
      const text = json() ?? "";
      next.bytes += utf8Length(text) + 1;
      return list.push(item) - 1;
    }
    const viewIndex = (one: View) => index(next.views, one, () => toJson(deps.encodeView(one)));
    const w = viewIndex(view);
    const s = index(next.sessions, session, () => toJson(deps.encodeSession(session, viewIndex)));
    const u = index(next.users, user, () => user);
    const references = Object.entries({ s, w, u }).map(([name, place]) => (place ? `,"${name}":${place}` : ""));
    const json = `${event.slice(0, -1)}${references.join("")}}`;
    next.bytes += utf8Length(json) + 1;
    next.events = [...events, json];
    return next;
  }

  function add(event: BatchEvent, to: Belongings<Session, View>): boolean {
    const encode = guard(scope.report, toJson);
    const json = encode(event);
    const user = encode(to.user);
    if (!json || !user) return false;
    let next = grown(json, user, to);
    if (content.events.length > 0 && isTooLarge(next)) {
      write(collecting?.exit ?? false);
      next = grown(json, user, to);
    }
    content = next;
    if (content.events.length < BATCH_LIMITS.events) arm();
    else if (collecting) write(collecting.exit);
    else flush(false);
    return true;
  }

  function flush(exit: boolean): void {
    if (collecting) return;
    collecting = { exit };
    try {
      deps.collect(exit);
    } finally {
      collecting = undefined;
      write(exit);
    }
  }

  function write(exit: boolean): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (content.events.length === 0) return;
    const { sessions, views, users, events } = content;
    content = emptyContent();
    // Encoding a session may name further views (its first and last), so the views are written after it.
    const viewIndex = (view: View) => (views.includes(view) ? views.indexOf(view) : views.push(view) - 1);
    const blocks = sessions.map((session) => deps.encodeSession(session, viewIndex));
    const head = toJson({ ...deps.header(), sessions: blocks, views: views.map(deps.encodeView) }) ?? "";
    const known = users.some((user) => user !== "{}") ? `,"users":[${users.join()}]` : "";
    deps.send(`${head.slice(0, -1)}${known},"events":[${events.join()}]}`, exit);
  }

  return { add, touch: arm, flush };
}

interface Content<Session, View> {
  sessions: Session[];
  views: View[];
  /** JSON, as the events are: page and browser may make another object of the same user every time. */
  users: string[];
  events: string[];
  bytes: number;
}

const emptyContent = <Session, View>(): Content<Session, View> => ({
  sessions: [],
  views: [],
  users: [],
  events: [],
  bytes: HEADER_BYTES,
});

/** Views need no limit of their own: so many events and sessions name fewer than a body may hold. */
const isTooLarge = ({ bytes, sessions, users }: Content<unknown, unknown>): boolean =>
  bytes > BATCH_LIMITS.bytes || sessions.length > BEACON_LIMITS.sessions || users.length > BEACON_LIMITS.users;
