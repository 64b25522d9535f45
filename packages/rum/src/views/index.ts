import {
  cleanUrl,
  createHistory,
  type Ns,
  type RelativeMs,
  type Scope,
  type ToEpoch,
  toNs,
  toRelative,
  uuid,
  type ViewId,
} from "@sojourn/core";
import { createTotals, type SessionManager } from "@sojourn/session";
import { observeUrl, routeOf } from "./observe.js";
import type { LoadingType, View, ViewLookup } from "./view.js";

/** An active view gets a new version at an exit only if its last one is older than this. */
const FRESH_MS = 1000;

/** Views that wait to leave, as before consent; the oldest is given up. */
const MAX_PENDING = 100;
const MAX_TIMINGS = 100;
const MAX_NAME = 200;

export interface Views extends ViewLookup {
  /** The view that the document's life began with: the initial one, or that of the last restore. */
  ofDocument(): View | undefined;
  /** Begins a view by hand. */
  start(name: string): void;
  /** Marks a moment of the current view. */
  timing(name: string): void;
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
  /** Views begin at this moment of the document at the earliest. */
  since: RelativeMs;
  /** A view changed and has not left yet. */
  onChanged(): void;
  /** A session or a view ended: what it had may leave now. */
  onEnded(): void;
}

export function startViews({ scope, toEpoch, sessions, since, onChanged, onEnded }: ViewDeps): Views {
  const { clock } = scope;
  const history = createHistory<View>();
  const pending = new Set<View>();
  let current: View | undefined;
  let ofDocument: View | undefined;
  let route = routeOf(location);
  let referrer = cleanUrl(document.referrer);
  let lastName: string | undefined;
  let leftAt: RelativeMs | undefined;

  function changed(view: View): void {
    pending.add(view);
    const [oldest] = pending;
    if (oldest && pending.size > MAX_PENDING) pending.delete(oldest);
    onChanged();
  }

  function begin(loadingType: LoadingType, startedAt: RelativeMs, name?: string): void {
    const session = sessions.current();
    if (!session) return;
    const view: View = {
      id: uuid() as ViewId,
      session,
      url: cleanUrl(location.href),
      referrer,
      name,
      startedAt,
      date: toEpoch(startedAt),
      loadingType,
      version: 0,
      writtenAt: startedAt,
      counts: createTotals(),
      measures: {},
      timings: {},
    };
    referrer = view.url;
    route = routeOf(location);
    current = view;
    lastName = name;
    if (loadingType === "initial_load" || loadingType === "bf_cache") ofDocument = view;
    history.set(view, startedAt);
    session.firstView ??= view;
    session.lastView = view;
    changed(view);
  }

  function end(at: RelativeMs): void {
    if (!current) return;
    current.endedAt = Math.max(at, current.startedAt) as RelativeMs;
    changed(current);
    current = undefined;
    history.set(undefined, clock.now());
  }

  function replace(loadingType: LoadingType, name?: string, endedAt = clock.now()): void {
    end(endedAt);
    begin(loadingType, clock.now(), name);
  }

  begin("initial_load", Math.max(activation(), since) as RelativeMs);

  observeUrl(scope, () => {
    if (routeOf(location) !== route) replace("route_change");
  });

  scope.add(
    sessions.changed.on((session) => {
      // It only got its final id.
      if (session && session === current?.session) return;
      // A view lasts no longer than its session was lived in.
      if (current) end(toRelative(clock, current.session.activeUntil));
      onEnded();
      // The same thing is on the screen, under the name it was given.
      if (session) begin("session_renewal", session.beganAt, lastName);
    }),
  );

  return {
    current: () => current,
    ofDocument: () => ofDocument,
    at: (moment) => history.at(moment),
    changed,
    describe(view) {
      const { counts, timings } = view;
      const until = view.endedAt ?? clock.now();
      view.version++;
      view.writtenAt = clock.now();
      return {
        document_version: view.version,
        view_loading_type: view.loadingType,
        is_active: view.endedAt === undefined,
        time_spent: toNs(until - view.startedAt),
        view_error_count: counts.error,
        view_resource_count: counts.resource,
        view_action_count: counts.action,
        view_long_task_count: counts.long_task,
        ...view.measures,
        custom_timings: Object.keys(timings).length ? timings : undefined,
      };
    },
    start: (name) => replace("route_change", name.slice(0, MAX_NAME)),
    timing(name) {
      if (!current || Object.keys(current.timings).length >= MAX_TIMINGS) return;
      current.timings[name.slice(0, MAX_NAME)] = toNs(clock.now() - current.startedAt) as Ns;
      changed(current);
    },
    leave() {
      leftAt = clock.now();
    },
    restored(before) {
      if (!current || current === before) {
        replace("bf_cache", undefined, leftAt);
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

/** When this document was first shown: a prerendered one long after its own beginning. */
function activation(): RelativeMs {
  const [navigation] = performance.getEntriesByType("navigation") as { activationStart?: number }[];
  return (navigation?.activationStart ?? 0) as RelativeMs;
}
