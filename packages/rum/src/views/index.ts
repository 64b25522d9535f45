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
import { createTotals, type SessionManager } from "@sojourn/session";
import type { Cleaner } from "../clean.js";
import type { Sdk, Started } from "../sdk.js";
import { observeUrl, routeOf } from "./observe.js";
import type { LoadingType, View, ViewLookup } from "./view.js";

/** An active view gets a new version at an exit only if its last one is older than this. */
const FRESH_MS = 1000;

/** Views that wait to leave, as before consent; the oldest is given up. */
const MAX_PENDING = 100;
const MAX_TIMINGS = 100;
const MAX_NAME = 200;

/** What a view is called and known by. */
export interface ViewOptions {
  name?: string;
  /** Goes into every event of the view. */
  context?: Record<string, unknown>;
}

export interface ViewMethods {
  /** Ends the current view and begins one at the same address. */
  startView(view: string | ViewOptions): void;
  /** Names the current view, as a router does that knows the route by its pattern. */
  setViewName(name: string): void;
  /** Replaces what every event of the current view carries, beside the global context. */
  setViewContext(context: Record<string, unknown>): void;
  /** Marks this moment in the current view, as time since its start. */
  addTiming(name: string): void;
}

export interface Views extends ViewLookup {
  /** The view that the document's life began with: the initial one, or that of the last restore. */
  ofDocument(): View | undefined;
  readonly began: Channel<View>;
  readonly ended: Channel<View>;
  /** A version of a view is about to be written: time to bring its measures up to date. */
  describing: Channel<View>;
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
  /** Views begin at this moment of the document at the earliest. */
  since: RelativeMs;
  /** A view changed and has not left yet. */
  onChanged(): void;
  /** A session or a view ended: what it had may leave now. */
  onEnded(): void;
}

export function startViews({ scope, toEpoch, sessions, clean, pathGroup, since, onChanged, onEnded }: ViewDeps): Views {
  const { clock, report } = scope;
  const groupOf = pathGroup && guard(report, pathGroup);
  const began = createChannel<View>(report);
  const ended = createChannel<View>(report);
  const describing = createChannel<View>(report);
  const history = createHistory<View>();
  const pending = new Set<View>();
  let current: View | undefined;
  let ofDocument: View | undefined;
  let route = routeOf(location);
  let referrer = clean.url(document.referrer);
  /** The last view there was, whatever became of its session. */
  let last: View | undefined;
  let leftAt: RelativeMs | undefined;

  function changed(view: View): void {
    pending.add(view);
    const [oldest] = pending;
    if (oldest && pending.size > MAX_PENDING) pending.delete(oldest);
    onChanged();
  }

  function begin(
    loadingType: LoadingType,
    startedAt: RelativeMs,
    { name, context = {} }: { name?: string | undefined; context?: View["context"] } = {},
  ): void {
    const session = sessions.current();
    if (!session) return;
    const view: View = {
      id: uuid() as ViewId,
      session,
      url: clean.url(location.href),
      referrer,
      name,
      pathGroup: groupOf?.(location.pathname)?.slice(0, MAX_NAME),
      startedAt,
      date: toEpoch(startedAt),
      loadingType,
      version: 0,
      writtenAt: startedAt,
      counts: createTotals(),
      measures: {},
      timings: {},
      context,
      drops: {},
    };
    referrer = view.url;
    route = routeOf(location);
    current = view;
    last = view;
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
    changed(view);
    ended.emit(view);
    current = undefined;
    history.set(undefined, clock.now());
  }

  function replace(loadingType: LoadingType, endedAt = clock.now(), at = clock.now()): void {
    end(endedAt);
    begin(loadingType, at);
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
      if (session) begin("session_renewal", session.beganAt, last);
    }),
  );

  return {
    current: () => current,
    ofDocument: () => ofDocument,
    at: (moment) => history.at(moment),
    changed,
    began,
    ended,
    describing,
    describe(view) {
      describing.emit(view);
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
    start(name, context, at) {
      end(at);
      begin("route_change", at, { name, context });
    },
    leave() {
      leftAt = clock.now();
    },
    restored(before) {
      if (!current || current === before) {
        replace("bf_cache", leftAt);
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

/** What the methods of the SDK's object do that are about views. */
export function viewCalls({ views, copy }: Sdk): NonNullable<Started<ViewMethods>["calls"]> {
  const cut = (name: unknown) => String(name).slice(0, MAX_NAME);
  const change = (apply: (view: View) => void) => {
    const view = views.current();
    if (!view) return;
    apply(view);
    views.changed(view);
  };
  return {
    startView(at, given) {
      const { name, context } = typeof given === "object" ? given : { name: given };
      views.start(name && cut(name), copy(context), at);
    },
    setViewName: (_at, name) =>
      change((view) => {
        view.name = cut(name);
      }),
    setViewContext: (_at, context) =>
      change((view) => {
        view.context = copy(context);
      }),
    addTiming(at, name) {
      const view = views.at(at);
      if (!view || Object.keys(view.timings).length >= MAX_TIMINGS) return;
      view.timings[cut(name)] = toNs(at - view.startedAt);
      views.changed(view);
    },
  };
}
