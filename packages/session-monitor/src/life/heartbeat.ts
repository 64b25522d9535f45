import { breathe, type Clock } from "../clock.js";
import type { SessionStore } from "../stores/store.js";
import type { Connection } from "./connections.js";
import type { Counters } from "./counters.js";

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly store: SessionStore;
  readonly batchSize: number;
  /** Open connections of this process. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly instanceId: () => string;
  /** Says that this instance lives, after which it may write; rejects when the store is away. */
  readonly renew: () => Promise<void>;
  onError(error: unknown): void;
}

/**
 * One beat: renews the lease, then moves the last activity of those connections that showed life since the last one. One
 * batch after another; one that fails stops none of the others, and its connections are in the next beat.
 */
export function createHeartbeat(options: HeartbeatOptions): () => Promise<void> {
  const { clock, counters, store, batchSize, connections } = options;
  let running = false;

  async function beat(): Promise<void> {
    await options.renew();
    const instanceId = options.instanceId();
    const at = clock.now();
    let batch: Connection[] = [];
    const send = async () => {
      const sent = batch;
      batch = [];
      try {
        await store.beat(
          instanceId,
          sent.map(({ sessionId }) => sessionId),
          at,
        );
      } catch (error) {
        counters.failedBeats += 1;
        for (const connection of sent) connection.active = true;
        options.onError(error);
      }
      await breathe();
    };
    for (const connection of connections.values()) {
      if (!connection.active) continue;
      connection.active = false;
      connection.at = Math.max(connection.at, at);
      batch.push(connection);
      if (batch.length === batchSize) await send();
    }
    if (batch.length > 0) await send();
  }

  return async () => {
    if (running) {
      counters.skippedBeats += 1;
      return;
    }
    running = true;
    try {
      await beat();
    } catch (error) {
      counters.failedBeats += 1;
      options.onError(error);
    } finally {
      running = false;
    }
  };
}
