import {
  type Channel,
  createChannel,
  createHistory,
  guard,
  type RelativeMs,
  type Scope,
  type ToEpoch,
  toNs,
  toRelative,
  uuid,
  type ViewId,
} from "@sojourn/core";
import { countFields, createCounts, type SessionManager } from "@sojourn/session";
import type { Cleaner } from "../clean.js";
import { navigationEntry } from "../observer.js";
import { observeUrl, routeOf } from "./observe.js";
import { type Called, type LoadingType, MAX_NAME, type View, type ViewLookup } from "./view.js";

/** An active view gets a new version at an exit only if its last one is older than this. */
const FRESH_MS = 1000;

/** What comes this long after a view's end is still told of it, such as the resources that it had asked for. */
const AFTERWARDS_MS = 5 * 60_000;

/** Views that wait to leave, as before consent; the oldest is given up. */
const MAX_PENDING = 100;

export interface Views extends ViewLookup {
  /** What is on the screen, which has a name also while there is no session. */
  shown(): Called;
  /** The view that the document's life began with: the initial one, or that of the last restore. */
  ofDocument(): View | undefined;
  readonly began: Channel<View>;
  readonly ended: Channel<View>;
  /** The current view is about to be written, or has ended: time to bring its measures up to date. */
  readonly describing: Channel<View>;
  /** Begins a view by hand. */
  start(name: string | undefined, context: View["context"], at: RelativeMs): void;
  /** The page may be gone: a view that is restored later ended here. */
  leave(): void;
  /** The page came back from the back/forward cache. `before`: the view that was there until then. */
  restored(before: View | undefined): void;
  /**
   * Hands every changed view to `write`, whose `false` makes it wait; `exit` takes the time the current one has lasted
   * as a change.
   */
  collect(exit: boolean, write: (view: View) => boolean): void;
}

export interface ViewDeps {
  scope: Scope;
  toEpoch: ToEpoch;
  sessions: SessionManager<View>;
  clean: Cleaner;
  pathGroup?: ((path: string) => string | undefined) | undefined;
  /** URLs begin no views. */
  manual: boolean;
  /** Views begin at this moment of the document at the earliest. */
  since: RelativeMs;
  /** A view changed and has not left yet. */
  onChanged(): void;
  /** A session or a view ended: what it had may leave now. */
  onEnded(): void;
}

export function startViews({
  scope,
  toEpoch,
  sessions,
  clean,
  pathGroup,
  manual,
  since,
  onChanged,
  onEnded,
}: ViewDeps): Views {
  const { clock, report } = scope;
  // What is no text has no such method, which is said as what the application's function throws is.
  const groupOf = pathGroup && guard(report, (path: string) => pathGroup(path)?.substring(0, MAX_NAME));
  const began = createChannel<View>(report);
  const ended = createChannel<View>(report);
  const describing = createChannel<View>(report);
  const history = createHistory<View>();
  const pending = new Set<View>();
  let current: View | undefined;
  let ofDocument: View | undefined;
  let route = routeOf(location);
  let referrer = clean.url(document.referrer);
  /** What the screen was last called, and what was said of it. */
  let shown: Called = {};
  let leftAt: RelativeMs | undefined;

  function changed(view: View): void {
    if (view.endedAt === undefined || clock.now() - view.endedAt <= AFTERWARDS_MS) queue(view);
  }

  function queue(view: View): void {
    pending.add(view);
    const [oldest] = pending;
    if (oldest && pending.size > MAX_PENDING) {
      pending.delete(oldest);
      // With what it would have said of others.
      view.drops.views = (view.drops.views ?? 0) + (oldest.drops.views ?? 0) + 1;
    }
    onChanged();
  }

  function begin(loadingType: LoadingType, startedAt: RelativeMs, { name, context = {} }: Called = {}): void {
    const session = sessions.current();
    if (!session) return;
    const view: View = {
      id: uuid() as ViewId,
      session,
      url: clean.url(location.href),
      referrer,
      name,
      pathGroup: groupOf?.(location.pathname),
      startedAt,
      date: toEpoch(startedAt),
      loadingType,
      version: 0,
      writtenAt: startedAt,
      counts: createCounts(),
      measures: {},
      timings: {},
      context,
      drops: {},
    };
    referrer = view.url;
    current = view;
    shown = view;
    if (loadingType === "initial_load" || loadingType === "bf_cache") ofDocument = view;
    history.set(view, startedAt);
    session.firstView ??= view;
    session.lastView = view;
    began.emit(view);
    changed(view);
  }

  function end(at: RelativeMs): void {
    if (!current) return;
    const view = current;
    view.endedAt = Math.max(at, view.startedAt) as RelativeMs;
    describing.emit(view);
    queue(view);
    ended.emit(view);
    current = undefined;
    shown = { name: view.name, context: view.context };
    history.set(undefined, clock.now());
  }

  // A prerendered document is first shown long after its own beginning.
  begin("initial_load", Math.max(navigationEntry()?.activationStart ?? 0, since) as RelativeMs);

  const onUrl = () => {
    const next = routeOf(location);
    if (next === route) return;
    route = next;
    const now = clock.now();
    end(now);
    shown = {};
    begin("route_change", now);
  };
  if (!manual) observeUrl(scope, onUrl);

  scope.add(
    sessions.changed.on((session) => {
      // It only got its final id.
      if (session && session === current?.session) return;
      // A view lasts no longer than its session was lived in.
      if (current) end(toRelative(clock, current.session.activeUntil));
      onEnded();
      // The same thing is on the screen, under the name it was given.
      if (session) begin("session_renewal", session.beganAt, shown);
    }),
  );

  return {
    current: () => current,
    shown: () => shown,
    ofDocument: () => ofDocument,
    at: history.at,
    changed,
    began,
    ended,
    describing,
    describe(view) {
      if (view === current) describing.emit(view);
      const { counts, timings } = view;
      const until = view.endedAt ?? clock.now();
      view.version++;
      view.writtenAt = clock.now();
      return {
        document_version: view.version,
        view_loading_type: view.loadingType,
        is_active: view.endedAt === undefined,
        time_spent: toNs(until - view.startedAt),
        ...countFields("view", counts),
        ...view.measures,
        custom_timings: Object.keys(timings).length ? timings : undefined,
      };
    },
    start(name, context, at) {
      // A call of before this page was shown is done at its beginning.
      const from = Math.max(at, current?.startedAt ?? at) as RelativeMs;
      end(from);
      begin("route_change", from, { name, context });
    },
    leave() {
      leftAt = clock.now();
    },
    restored(before) {
      if (!current || current === before) {
        end(leftAt ?? clock.now());
        begin("bf_cache", clock.now(), shown);
        return;
      }
      // Coming back began a session, and with it a view.
      current.loadingType = "bf_cache";
      ofDocument = current;
    },
    collect(exit, write) {
      if (exit && current && clock.now() - current.writtenAt >= FRESH_MS) pending.add(current);
      for (const view of [...pending]) if (write(view)) pending.delete(view);
    },
  };
}
