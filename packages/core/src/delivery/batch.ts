import type { Beacon, SessionBlock, UserContext, ViewContext, WireEvent } from "../model/types.js";
import type { Scope, Stop } from "../scope.js";
import { utf8Length } from "./bytes.js";

/** A batch leaves when the first of these is reached. */
export const BATCH_LIMITS = { bytes: 16 * 1024, events: 50, ms: 10_000 } as const;

/** What an event belongs to. Each object is written once in a body, however many events refer to it. */
export interface Belongings<Session extends object, View extends object> {
  session: Session;
  view: View;
  /** `{}` for nobody. */
  user: UserContext;
}

/** An event without what the batch adds: the references. */
export type BatchEvent = WireEvent extends infer E ? (E extends WireEvent ? Omit<E, "s" | "w" | "u"> : never) : never;

export interface BatchDeps<Session extends object, View extends object> {
  scope: Scope;
  /** The fields of a body that are the same for every batch of the page. */
  header(): Omit<Beacon, "sessions" | "views" | "users" | "events">;
  /** Called when the body is written, so that an id confirmed meanwhile and the newest counts are what leaves. */
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

  function encode(event: BatchEvent, { session, view, user }: Belongings<Session, View>): string {
    return JSON.stringify({
      ...event,
      s: indexIn(content.sessions, session) || undefined,
      w: indexIn(content.views, view) || undefined,
      u: indexIn(content.users, user) || undefined,
    });
  }

  function add(event: BatchEvent, to: Belongings<Session, View>): boolean {
    let json = encode(event, to);
    let bytes = utf8Length(json) + 1;
    if (content.events.length > 0 && content.bytes + bytes > BATCH_LIMITS.bytes) {
      write(collecting?.exit ?? false);
      // Its references were into the content that has just left.
      json = encode(event, to);
      bytes = utf8Length(json) + 1;
    }
    content.events.push(json);
    content.bytes += bytes;
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
    const blocks = sessions.map((session) => deps.encodeSession(session, (view) => indexIn(views, view)));
    const head = JSON.stringify({
      ...deps.header(),
      sessions: blocks,
      views: views.map(deps.encodeView),
      users: users.length > 1 || users.some((user) => Object.keys(user).length > 0) ? users : undefined,
    });
    deps.send(`${head.slice(0, -1)},"events":[${events.join(",")}]}`, exit);
  }

  return { add, touch: arm, flush };
}

function emptyContent<Session, View>() {
  return {
    sessions: [] as Session[],
    views: [] as View[],
    users: [] as UserContext[],
    events: [] as string[],
    bytes: 0,
  };
}

/** Position of `item` in `list`, appended when it is new. */
function indexIn<T>(list: T[], item: T): number {
  const index = list.indexOf(item);
  return index >= 0 ? index : list.push(item) - 1;
}
