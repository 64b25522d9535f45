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

/** Bytes of events that leave at once: with their contexts they seldom pass the limit of a body. */
const FULL_BYTES = 0.75 * BATCH_LIMITS.bytes;

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
  /** The fields of a body beside its lists. */
  header(): Omit<Beacon, "seq" | "sessions" | "views" | "users" | "events">;
  /** Called when the body is written, so that an id confirmed meanwhile and the newest counts are what leaves. */
  encodeSession(session: Session, viewIndex: (view: View) => number): SessionBlock;
  encodeView(view: View): ViewContext;
  /** Called before a body is written: producers add what they still hold, such as the newest version of a view. */
  collect(exit: boolean): void;
  /** Something waits, or another thing than before. */
  changed(): void;
  /** Hands a finished body on. `exit`: the page may be gone when this returns. */
  send(body: Body, exit: boolean): void;
}

/** A finished body. */
export interface Body {
  json: string;
  /** How many events are in it. */
  events: number;
}

export interface Batch<Session extends object, View extends object> {
  /**
   * False when the event could not be written as JSON; it costs only itself. A version of a view takes the place of the
   * one that waits.
   */
  add(event: BatchEvent, to: Belongings<Session, View>): boolean;
  /** The number of the version of this view that waits: the next one takes it over. */
  numberOf(view: View): number | undefined;
  /** Something changed that {@link BatchDeps.collect} will add: leave within the usual time even if no event comes. */
  touch(): void;
  /** Sends what is there now, if anything is. */
  flush(exit: boolean): void;
  /** What would leave now, were it flushed: it stays. */
  draft(): Body[];
}

/** An event that waits, as JSON. So is its user: page and browser may make another object of the same one every time. */
interface Item<Session, View> {
  json: string;
  session: Session;
  view: View;
  user: string;
  /** Of a version of a view. */
  number: number | undefined;
}

/** Collects events and writes them as one body, contexts once. */
export function createBatch<Session extends object, View extends object>(
  deps: BatchDeps<Session, View>,
): Batch<Session, View> {
  const { scope } = deps;
  const encode = guard(scope.report, toJson);
  const collect = guard(scope.report, deps.collect);
  let items: Item<Session, View>[] = [];
  let bytes = 0;
  /** The highest number so far. */
  let highest = 0;
  let cancelTimer: Stop | undefined;
  /** Producers add what they hold: it leaves with what is there, in as few bodies as hold all of it. */
  let collecting = false;

  function arm(): void {
    cancelTimer ??= scope.timer(() => {
      cancelTimer = undefined;
      flush(false);
    }, BATCH_LIMITS.ms);
    deps.changed();
  }

  const versionOf = (view: View) => items.findIndex((item) => item.number && item.view === view);

  function add(event: BatchEvent, to: Belongings<Session, View>): boolean {
    const json = encode(event);
    const user = encode(to.user);
    if (!json || !user) return false;
    const number = event.type === "view" ? event.seq : undefined;
    const place = number ? versionOf(to.view) : -1;
    bytes += utf8Length(json) - utf8Length(items[place]?.json ?? "");
    items[place < 0 ? items.length : place] = { ...to, json, user, number };
    highest = Math.max(highest, event.seq);
    if (collecting || !isFull()) arm();
    else flush(false);
    return true;
  }

  const isFull = () => items.length >= BATCH_LIMITS.events || bytes >= FULL_BYTES;

  /** What producers hold, too; unless that is being done, or was and never came to its end: the browser stopped it. */
  function gather(exit: boolean): void {
    if (collecting) return;
    collecting = true;
    collect(exit);
    collecting = false;
  }

  function flush(exit: boolean): void {
    gather(exit);
    write(exit);
  }

  function write(exit: boolean): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const bodies = bodiesOf(items);
    // Not before: Firefox stops the scripts of a tab that closes, and what was not sent at `hidden` is at `pagehide`.
    items = [];
    bytes = 0;
    for (const body of bodies) deps.send(body, exit);
  }

  /** None of what cannot be written: it must not come again with everything that follows. */
  const bodiesOf = (some: readonly Item<Session, View>[]) => guard(scope.report, encodeAll)(some) ?? [];

  /** As one body, or in halves where that would be too much. */
  function encodeAll(some: readonly Item<Session, View>[]): Body[] {
    if (!some.length) return [];
    const sessions = indexed<Session>();
    const views = indexed<View>();
    const users = indexed<string>();
    const events = some.map(({ json, session, view, user }) => {
      const refer = (name: string, place: number) => (place ? `,"${name}":${place}` : "");
      const references = refer("s", sessions.of(session)) + refer("w", views.of(view)) + refer("u", users.of(user));
      return `${json.slice(0, -1)}${references}}`;
    });
    // Encoding a session may name further views (its first and last), so the views are written after it.
    const blocks = sessions.all.map((session) => deps.encodeSession(session, views.of));
    const head =
      toJson({ ...deps.header(), seq: highest, sessions: blocks, views: views.all.map(deps.encodeView) }) ?? "";
    const known = users.all.some((user) => user !== "{}") ? `,"users":[${users.all.join()}]` : "";
    const json = `${head.slice(0, -1)}${known},"events":[${events.join()}]}`;
    const half = some.length >> 1;
    // Views need no limit of their own: so many events and sessions name fewer than a body may hold.
    const tooMany = sessions.all.length > BEACON_LIMITS.sessions || users.all.length > BEACON_LIMITS.users;
    if (half && (tooMany || utf8Length(json) > BATCH_LIMITS.bytes)) {
      return [...encodeAll(some.slice(0, half)), ...encodeAll(some.slice(half))];
    }
    return [{ json, events: some.length }];
  }

  return {
    add,
    numberOf: (view) => items[versionOf(view)]?.number,
    touch: arm,
    flush,
    draft() {
      gather(false);
      if (isFull()) write(false);
      return bodiesOf(items);
    },
  };
}

/** Different items in the order of their first mention, and the place of each. */
function indexed<T>(): { all: T[]; of(item: T): number } {
  const all: T[] = [];
  return {
    all,
    of(item) {
      const place = all.indexOf(item);
      return place < 0 ? all.push(item) - 1 : place;
    },
  };
}
