import {
  type Answer,
  createBatch,
  createChannel,
  createEpoch,
  createSender,
  createSpool,
  guard,
  isVisible,
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
  rateNotes,
  ratesOf,
  type Session,
  type SessionManager,
  startSession,
} from "@sojourn/session";
import { createCleaner } from "./clean.js";
import { intakeOf } from "./intake.js";
import { createMeasure } from "./measure.js";
import type { RumOptions } from "./options.js";
import { pageContext } from "./page.js";
import type { AnyFeature, Copy, Started } from "./sdk.js";
import { sessionStore, spoolName } from "./stores.js";
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
  /** Resolves with whether everything recorded so far was answered, as soon as that is known. */
  flush(): Promise<boolean>;
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

/** What has not left is written ahead this long after something changed. */
const AHEAD_MS = 1000;

/**
 * Puts the parts together, in the way of an event: session → views → pipeline → features → batch → sender. Everything
 * belongs to `scope` and stops with it.
 */
export function startRum({ scope, options, features, who, copy, granted, since }: RumDeps): Running {
  const { report } = scope;
  const toEpoch = createEpoch(scope.clock);
  const lifecycle = startLifecycle(scope);
  const heard = createChannel<Answer>(report);
  const sender = createSender({
    scope,
    url: intakeUrl(options),
    transport: options.transport,
    heard: heard.emit,
    lost: (reason, events) => sdk.drop(reason, events),
  });
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
  const ofPage = () => {
    page ??= pageContext(toEpoch, options);
    return page;
  };
  // The first question after the time zone takes some 15 ms: not as the page loads, nor, where that can be, as it leaves.
  const prepare = () => {
    if (consent && !scope.stopped) ofPage();
  };
  window.requestIdleCallback?.(guard(report, prepare));
  const spoolAs = spoolName(options);
  const spool =
    spoolAs &&
    createSpool({
      scope,
      name: spoolAs,
      own() {
        const { page_id, tab_id } = ofPage();
        return { page: page_id, tab: self === top ? tab_id : undefined };
      },
      waiting: sender.waiting,
      adopt: sender.adopt,
      lost: (events) => sdk.drop("spool", events),
    });
  let planned = false;

  /** What is here reaches the intake even if the page is gone without an exit. */
  function keepAhead(): void {
    const drafts = batch.draft();
    planned = false;
    sender.arm(drafts.map(({ json }) => json));
    if (spool) spool.save(drafts);
  }
  const changed = () => {
    if (planned || !consent) return;
    planned = true;
    scope.timer(keepAhead, AHEAD_MS);
  };
  const batch = createBatch<Session<View>, View>({
    scope,
    header() {
      const { applicationId } = options;
      return { v: WIRE_VERSION, sdk: SDK, application_id: applicationId, sent_at: scope.clock.wall(), page: ofPage() };
    },
    encodeSession: createBlockEncoder<View>(options),
    encodeView,
    collect(exit) {
      pipeline.release();
      views.collect(exit, pipeline.recordView);
    },
    changed,
    send(body, exit) {
      sender.send(body, exit);
      // What is written ahead of it has to go.
      changed();
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
    sentBytes: sender.sentBytes,
    heard,
    copy,
    batch,
  });
  const { views, drop } = sdk;
  // The intake may tell all of an application's pages to send less.
  heard.on(({ json }) => {
    const session = sessions.current();
    const rate = json?.sample_rate;
    if (!session || rate === undefined || !(rate < ratesOf(session).session)) return;
    for (const note of rateNotes(rate)) sessions.note(...note);
  });
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
    if (consent && spool) spool.leave();
  }
  scope.add(lifecycle.exit.on(({ seen }) => leave(seen)));

  return {
    sessions,
    call: (method, at, args) => calls[method]?.(at, ...args),
    drop,
    leave: () => leave(isVisible()),
    flush() {
      drain(false);
      batch.flush(false);
      return sender.settled().then((all) => all && consent && !pipeline.holds());
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

function intakeUrl(options: RumOptions): string {
  const url = intakeOf(options);
  url.searchParams.set("client_token", options.clientToken);
  return url.href;
}
