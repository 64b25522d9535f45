import {
  cleanUrl,
  createBatch,
  createEpoch,
  createSender,
  type PageContext,
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
import { forgetTab, pageContext } from "./page.js";
import { createPipeline, type Who } from "./pipeline.js";
import { startResources } from "./resources/index.js";
import { createStores, visitorId } from "./stores.js";
import { SDK } from "./version.js";
import { startViews, type Views } from "./views/index.js";
import { encodeView, type View } from "./views/view.js";
import { startVitals } from "./vitals/index.js";

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
  /** Removes what this measurement stored in the browser. */
  erase(): void;
}

/**
 * Puts the parts together, in the way of an event: session → views → pipeline → signals → batch → sender. Everything
 * belongs to `scope` and stops with it.
 */
export function startRum(scope: Scope, options: RumOptions, who: Who, granted: boolean): Running {
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
    onChanged: () => batch.touch(),
    onEnded: () => batch.flush(false),
  });
  const pipeline = createPipeline({ scope, toEpoch, options, sessions, views, who, batch }, granted);
  const { record } = pipeline;

  const errors = startErrors(scope, record);
  const drainResources = startResources(scope, record, options.endpoint);
  const actions = startActions(scope, record, options.allowUntrustedEvents);
  const drainLongTasks = startLongTasks(scope, record);
  startVitals({ scope, documentView: views.ofDocument, changed: views.changed });

  observeActivity(scope, options.allowUntrustedEvents, sessions.activity);
  scope.add(
    lifecycle.visible.on(({ restored }) => {
      sessions.visible();
      if (restored) views.restored();
    }),
  );

  function keepVisitor(): void {
    if (visitor) who.visitorId = visitorId(visitor);
  }
  if (granted) keepVisitor();

  function drain(): void {
    actions.drain();
    drainLongTasks();
    drainResources();
  }
  function leave(): void {
    drain();
    sessions.exit();
    batch.flush(true);
  }
  scope.add(lifecycle.exit.on(leave));

  return {
    sessions,
    views,
    actions,
    errors,
    leave,
    flush() {
      drain();
      batch.flush(false);
      return sender.settled();
    },
    grant() {
      sessions.grant();
      keepVisitor();
      pipeline.grant();
      batch.touch();
    },
    erase() {
      sessions.erase();
      visitor?.erase();
      forgetTab();
    },
  };
}

function intakeUrl({ endpoint, clientToken }: RumOptions): string {
  const url = new URL(endpoint, location.href);
  url.searchParams.set("client_token", clientToken);
  return url.href;
}
