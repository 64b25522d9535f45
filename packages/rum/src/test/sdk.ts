import {
  type Batch,
  type BatchEvent,
  createChannel,
  createEpoch,
  type FieldsOf,
  memoryStore,
  type Options,
  type OptionTable,
  type RelativeMs,
  readOptions,
  startLifecycle,
  type UserContext,
} from "@sojourn/core";
import { createTestScope, faultsOf } from "@sojourn/core/test";
import { keepRates, type Session, startSession } from "@sojourn/session";
import { onTestFinished } from "vitest";
import { createCleaner } from "../clean.js";
import { copyContext } from "../context.js";
import { OPTIONS, type RumOptions } from "../options.js";
import { createPipeline } from "../pipeline.js";
import type { AnyFeature, Feature, Passing, Sdk, Started } from "../sdk.js";
import { viewCalls } from "../views/calls.js";
import { startViews } from "../views/index.js";
import type { View } from "../views/view.js";
import { createWho } from "../who.js";

/** What was handed to the batch. */
export interface Sent {
  event: BatchEvent;
  session: Session<View>;
  view: View;
  user: UserContext;
}

interface Given {
  options?: Record<string, unknown>;
  granted?: boolean;
  id?: string;
  locks?: LockManager | null;
  since?: number;
}

/**
 * All of a measurement but its stores and its network, on a fake clock. Every event is held against the model: one that
 * the collector would refuse fails the test.
 */
export function createTestSdk({ options: given, granted = true, id = "id-1", locks = null, since = 0 }: Given = {}) {
  const { scope, clock, errors } = createTestScope();
  onTestFinished(() => scope.stop());
  const read = (table: OptionTable) =>
    readOptions(table, { applicationId: "shop", clientToken: "pub", endpoint: "/v1/rum", ...given });
  const options = read(OPTIONS) as unknown as RumOptions;
  const toEpoch = createEpoch(clock);
  const lifecycle = startLifecycle(scope);
  let minted = 0;
  const store = memoryStore();
  const sessions = startSession<View>({
    scope,
    store,
    locks,
    granted,
    rest: keepRates({ session: options.sessionSampleRate, onError: options.sessionOnErrorSampleRate }),
    mint: () => (minted++ ? `${id}-${minted}` : id),
    since: since as RelativeMs,
  });
  const sent: Sent[] = [];
  const refused = new Set<string>();
  const batch: Batch<Session<View>, View> = {
    add(event, { session, view, user }) {
      if ("action_name" in event && refused.has(event.action_name)) return false;
      const faults = faultsOf(event);
      if (faults.length) throw new Error(faults.join("\n"));
      return sent.push({ event: structuredClone(event), session, view, user }) > 0;
    },
    touch: () => {},
    flush: () => {},
  };
  const clean = createCleaner(options.redactUrl, scope.report);
  let ended = 0;
  const views = startViews({
    scope,
    toEpoch,
    sessions,
    clean,
    pathGroup: options.pathGroup,
    manual: options.trackViewsManually,
    since: since as RelativeMs,
    onChanged: () => {},
    onEnded: () => ended++,
  });
  const who = createWho();
  const drop = (reason: string, count = 1) => {
    const view = views.current();
    if (view && count > 0) view.drops[reason] = (view.drops[reason] ?? 0) + count;
  };
  const assembling = createChannel<Passing>(scope.report);
  const kept = createChannel<Passing>(scope.report);
  let consent = granted;
  const isGranted = () => consent;
  const pipeline = createPipeline({
    scope,
    toEpoch,
    options,
    sessions,
    views,
    who,
    batch,
    assembling,
    kept,
    drop,
    granted: isGranted,
  });
  const services = new Map<unknown, unknown>();
  const sdk: Sdk = {
    scope,
    options,
    toEpoch,
    since: since as RelativeMs,
    clean,
    lifecycle,
    sessions,
    views,
    who,
    record: pipeline.record,
    assembling,
    kept,
    granted: isGranted,
    sentBytes: () => 0,
    copy: (context, otherwise) => copyContext(context, scope.report, otherwise),
    drop,
    share<T>(make: (sdk: Sdk) => T): T {
      if (!services.has(make)) services.set(make, make(sdk));
      return services.get(make) as T;
    },
  };
  /** Written versions of the views that changed. */
  const collect = (exit = false): FieldsOf<"view">[] => {
    const before = sent.length;
    views.collect(exit, pipeline.recordView);
    return sent.slice(before).map(({ event }) => event as unknown as FieldsOf<"view">);
  };

  return {
    sdk,
    scope,
    clock,
    store,
    sessions,
    views,
    who,
    pipeline,
    /** Consent is given. */
    grant() {
      consent = true;
      pipeline.release();
    },
    sent,
    collect,
    /** Errors of the SDK's own. */
    errors,
    /** Events of one type, in order. */
    events: <T extends BatchEvent["type"]>(type: T) =>
      sent.flatMap(({ event }) => (event.type === type ? [event as Extract<BatchEvent, { type: T }>] : [])),
    /** How often a session ended or began. */
    ended: () => ended,
    /** The batch cannot write actions of this name. */
    refuse: (name: string) => refused.add(name),
    calls: viewCalls(sdk),
    /** Starts a feature with the options given, read by its own table. */
    start<M extends object, T extends OptionTable>(feature: Feature<M, T>): Started<M> {
      const own = read({ ...OPTIONS, ...(feature as AnyFeature).options });
      if ("error" in own) throw new Error(String(own.error));
      Object.assign(options, own);
      return feature.start(sdk, own as unknown as Options<T>) ?? {};
    },
  };
}
