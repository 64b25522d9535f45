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
import { createMeasure } from "../measure.js";
import { OPTIONS, type RumOptions } from "../options.js";
import type { AnyFeature, Feature, Started } from "../sdk.js";
import { viewCalls } from "../views/calls.js";
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
  let ended = 0;
  const refused = new Set<string>();
  const batch: Batch<Session<View>, View> = {
    add(event, { session, view, user }) {
      if ("action_name" in event && refused.has(event.action_name)) return false;
      const faults = faultsOf(event);
      if (faults.length) throw new Error(faults.join("\n"));
      return sent.push({ event: structuredClone(event), session, view, user }) > 0;
    },
    numberOf: () => undefined,
    draft: () => [],
    touch: () => {},
    // A view or a session ended.
    flush: () => ended++,
  };
  const who = createWho();
  let consent = granted;
  const { sdk, pipeline } = createMeasure({
    scope,
    options,
    toEpoch: createEpoch(clock),
    since: since as RelativeMs,
    clean: createCleaner(options.redactUrl, scope.report),
    lifecycle: startLifecycle(scope),
    sessions,
    who,
    granted: () => consent,
    sentBytes: () => 0,
    heard: createChannel(scope.report),
    copy: (context, otherwise) => copyContext(context, scope.report, otherwise),
    batch,
  });
  const { views } = sdk;
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
