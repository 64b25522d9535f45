import {
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
import { createCleaner } from "./clean.js";
import { createMeasure } from "./measure.js";
import type { RumOptions } from "./options.js";
import { pageContext } from "./page.js";
import type { AnyFeature, Copy, Started } from "./sdk.js";
import { sessionStore } from "./stores.js";
import { SDK } from "./version.js";
import { viewCalls } from "./views/calls.js";
import { encodeView, type View } from "./views/view.js";
import type { Who } from "./who.js";

/** A measurement that runs. */
export interface Running {
  readonly sessions: SessionManager<View>;
  /** Does what a method of the SDK's object does; `at` is when that was called. */
  call(method: string, at: RelativeMs, args: readonly unknown[]): void;
  /** Something of the application's could not be kept. */
  drop(reason: string, count?: number): void;
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
  features: readonly AnyFeature[];
  who: Who;
  copy: Copy;
  /** False: consent is pending, so nothing is stored or sent yet. */
  granted: boolean;
  /** What the page did before this moment of the document is not measured. 0 for everything. */
  since: RelativeMs;
}

/**
 * Puts the parts together, in the way of an event: session → views → pipeline → features → batch → sender. Everything
 * belongs to `scope` and stops with it.
 */
export function startRum({ scope, options, features, who, copy, granted, since }: RumDeps): Running {
  const { report } = scope;
  const toEpoch = createEpoch(scope.clock);
  const lifecycle = startLifecycle(scope);
  const sender = createSender({ scope, url: intakeUrl(options) });
  const clean = createCleaner(options.redactUrl, report);
  const sessions = startSession<View>({
    scope,
    store: sessionStore(options),
    name: options.cookieName,
    limits: { idle: options.sessionIdleMs, longest: options.sessionMaxMs },
    renewOn: options.renewOn,
    granted,
    since,
    referrer: clean.url(document.referrer),
    rest: keepRates({ session: options.sessionSampleRate, onError: options.sessionOnErrorSampleRate }),
  });
  let consent = granted;
  // Made when the first body is: before consent nothing may be kept in the browser, not even the id of a tab.
  let page: PageContext | undefined;
  let sentBytes = 0;
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
    send(body, exit) {
      sentBytes += sender.send(body, exit);
    },
  });
  const { sdk, pipeline } = createMeasure({
    scope,
    options,
    toEpoch,
    since,
    clean,
    lifecycle,
    sessions,
    who,
    granted: () => consent,
    sentBytes: () => sentBytes,
    copy,
    batch,
  });
  const { views, drop } = sdk;
  // A feature that this browser, or what the page made of it, does not let start is missing; the others go on.
  const started: Started[] = [{ calls: viewCalls(sdk) }];
  for (const { start } of features) {
    const running = guard(report, start)(sdk, options);
    if (running) started.push(running);
  }
  const calls: Record<string, (at: RelativeMs, ...args: unknown[]) => void> = Object.assign(
    {},
    ...started.map((one) => one.calls),
  );

  observeActivity(scope, options.allowUntrustedEvents, sessions.activity);
  scope.add(
    lifecycle.visible.on(({ restored }) => {
      const before = views.current();
      sessions.visible();
      if (restored) views.restored(before);
    }),
  );
  function drain(exit: boolean): void {
    for (const one of started) guard(report, () => one.drain?.(exit))();
  }
  function leave(seen: boolean): void {
    drain(true);
    views.leave();
    sessions.exit(seen);
    batch.flush(true);
    // What waits leaves after the newest.
    sender.exit();
  }
  scope.add(lifecycle.exit.on(({ seen }) => leave(seen)));

  return {
    sessions,
    call: (method, at, args) => calls[method]?.(at, ...args),
    drop,
    leave: () => leave(document.visibilityState === "visible"),
    flush() {
      drain(false);
      batch.flush(false);
      return sender.settled();
    },
    grant() {
      consent = true;
      sessions.grant();
      for (const one of started) one.grant?.();
      pipeline.release();
      batch.touch();
    },
  };
}

function intakeUrl({ endpoint, clientToken }: RumOptions): string {
  const url = new URL(endpoint, location.href);
  url.searchParams.set("client_token", clientToken);
  return url.href;
}
