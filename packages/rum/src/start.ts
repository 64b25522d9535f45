import {
  cleanUrl,
  createBatch,
  createEpoch,
  createSender,
  guard,
  type PageContext,
  type RelativeMs,
  type Scope,
  startLifecycle,
  WIRE_VERSION,
} from "@sojourn/core";
import {
  createBlockEncoder,
  keepRates,
  observeActivity,
  type Session,
  type SessionManager,
  startSession,
} from "@sojourn/session";
import { type Actions, startActions } from "./actions/index.js";
import { type Errors, startErrors } from "./errors/index.js";
import { startLongTasks } from "./longTasks/index.js";
import type { RumOptions } from "./options.js";
import { pageContext } from "./page.js";
import { createPipeline, type Who } from "./pipeline.js";
import { startResources } from "./resources/index.js";
import { createStores, visitorId } from "./stores.js";
import { SDK } from "./version.js";
import { startViews, type Views } from "./views/index.js";
import { encodeView, type View } from "./views/view.js";
import { startVitals, type VitalSource } from "./vitals/index.js";

/** A measurement that runs. */
export interface Running {
  readonly sessions: SessionManager<View>;
  readonly views: Views;
  readonly actions: Actions;
  readonly errors: Errors;
  /** Sends what is there by a way that outlives the page. */
  leave(): void;
  /** Resolves when everything recorded so far was answered or given up. */
  flush(): Promise<void>;
  /** Consent was given: what was only remembered may be stored and sent. */
  grant(): void;
}

export interface RumDeps {
  scope: Scope;
  options: RumOptions;
  who: Who;
  /** False: consent is pending, so nothing is stored or sent yet. */
  granted: boolean;
  /** What the page did before this moment of the document is not measured. 0 for everything. */
  since: RelativeMs;
  vitals: VitalSource;
}

/**
 * Puts the parts together, in the way of an event: session → views → pipeline → signals → batch → sender. Everything
 * belongs to `scope` and stops with it.
 */
export function startRum({ scope, options, who, granted, since, vitals }: RumDeps): Running {
  const toEpoch = createEpoch(scope.clock);
  const lifecycle = startLifecycle(scope);
  const sender = createSender({ scope, url: intakeUrl(options) });
  const { session, visitor } = createStores(options);
  const sessions = startSession<View>({
    scope,
    store: session,
    name: options.cookieName,
    limits: { idle: options.sessionIdleMs, longest: options.sessionMaxMs },
    renewOn: options.renewOn,
    granted,
    since,
    referrer: cleanUrl(document.referrer),
    rest: keepRates({ session: options.sessionSampleRate, onError: options.sessionOnErrorSampleRate }),
  });
  // Made when the first body is: before consent nothing may be kept in the browser, not even the id of a tab.
  let page: PageContext | undefined;

  const batch = createBatch<Session<View>, View>({
    scope,
    header() {
      page ??= pageContext(toEpoch, options);
      return { v: WIRE_VERSION, sdk: SDK, application_id: options.applicationId, sent_at: scope.clock.wall(), page };
    },
    encodeSession: createBlockEncoder<View>(options),
    encodeView,
    collect(exit) {
      pipeline.release();
      views.collect(exit, pipeline.recordView);
    },
    send: sender.send,
  });
  const views = startViews({
    scope,
    toEpoch,
    sessions,
    since,
    onChanged: () => batch.touch(),
    onEnded: () => batch.flush(false),
  });
  const pipeline = createPipeline({ scope, toEpoch, options, sessions, views, who, batch }, granted);
  const { record } = pipeline;

  /** A signal that this browser, or what the page made of it, does not let start is missing; the others go on. */
  const tryStart = <T>(start: () => T): T | undefined => guard(scope.report, start)();

  const errors = startErrors(scope, record);
  const actions = startActions(scope, record, options.allowUntrustedEvents);
  const drainResources = tryStart(() => startResources(scope, record, options.endpoint));
  const drainLongTasks = tryStart(() => startLongTasks(scope, record));
  tryStart(() =>
    startVitals({
      scope,
      source: vitals,
      documentView() {
        const view = views.ofDocument();
        // A session that is over is not added to.
        return view && view.session === sessions.current() ? view : undefined;
      },
      changed: views.changed,
    }),
  );

  observeActivity(scope, options.allowUntrustedEvents, sessions.activity);
  scope.add(
    lifecycle.visible.on(({ restored }) => {
      const before = views.current();
      sessions.visible();
      if (restored) views.restored(before);
    }),
  );

  function keepVisitor(): void {
    if (visitor) who.visitorId = visitorId(visitor);
  }
  if (granted) keepVisitor();

  function drain(exit: boolean): void {
    for (const one of [actions.drain, drainLongTasks]) if (one) guard(scope.report, one)();
    if (drainResources) guard(scope.report, drainResources)(exit);
  }
  function leave(seen: boolean): void {
    drain(true);
    views.leave();
    sessions.exit(seen);
    batch.flush(true);
  }
  scope.add(lifecycle.exit.on(({ seen }) => leave(seen)));

  return {
    sessions,
    views,
    actions,
    errors,
    leave: () => leave(document.visibilityState === "visible"),
    flush() {
      drain(false);
      batch.flush(false);
      return sender.settled();
    },
    grant() {
      sessions.grant();
      keepVisitor();
      pipeline.grant();
      batch.touch();
    },
  };
}

function intakeUrl({ endpoint, clientToken }: RumOptions): string {
  const url = new URL(endpoint, location.href);
  url.searchParams.set("client_token", clientToken);
  return url.href;
}
