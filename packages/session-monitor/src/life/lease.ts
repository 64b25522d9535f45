import { breathe, type Clock } from "../clock.js";
import { closed, type EpochMs, type Facts } from "../model/facts.js";
import type { SessionStore } from "../stores/store.js";
import { type Connection, factsOf } from "./connections.js";
import type { Counters } from "./counters.js";

export interface LeaseOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly store: SessionStore;
  readonly leaseMs: number;
  readonly batchSize: number;
  readonly newId: () => string;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly put: (facts: readonly Facts[]) => Promise<void>;
}

export interface Lease {
  /** Of this life of the process, or of what it took for one. */
  instanceId(): string;
  /** Renews; goes on under another id when this one was taken for dead. Rejects when the store is away. */
  renew(): Promise<void>;
  /** Renews when that is not sure to have happened lately: after a pause nothing is written before. */
  ensure(): Promise<void>;
  /** Whether this process had this id until it was taken for dead. */
  isFormer(instanceId: string): boolean;
  /** What is stored may differ from what is open here; the next renewal puts it right. */
  mistrust(): void;
}

/**
 * The lease of this process in the store. A process that stood still longer than its lease (stopped, or its machine
 * slept) finds its connections closed: it takes a new id and opens those that live again, with `previousId`. What is
 * closed stays closed.
 */
export function createLease(options: LeaseOptions): Lease {
  const { clock, counters, store, leaseMs, batchSize, connections } = options;
  let instanceId = options.newId();
  let former: string | undefined;
  let renewedAt: EpochMs | undefined;
  let mistrusted = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    const at = clock.now();
    if (!(await store.renewLease(instanceId))) await revive(at);
    renewedAt = at;
    if (mistrusted) await reconcile();
  }

  async function revive(at: EpochMs): Promise<void> {
    const previousId = instanceId;
    const next = options.newId();
    await store.renewLease(next);
    former = previousId;
    instanceId = next;
    counters.revived += 1;
    for (const connection of connections.values()) {
      connection.instanceId = next;
      connection.at = Math.max(connection.at, at);
      connection.opening = { ...connection.opening, at: connection.at, previousId };
      if (connection.identity) connection.identity = { ...connection.identity, at: connection.at };
    }
    mistrusted = true;
  }

  /** Stores what is open here and not there, and closes what is open there and not here. */
  async function reconcile(): Promise<void> {
    const stored = new Set<string>();
    for (let after = ""; ; ) {
      const ids = await store.openIds(instanceId, after, batchSize);
      for (const id of ids) stored.add(id);
      if (ids.length < batchSize) break;
      after = ids.at(-1) ?? after;
    }
    let batch: Facts[] = [];
    const send = async () => {
      await options.put(batch);
      batch = [];
      await breathe();
    };
    for (const connection of connections.values()) {
      if (stored.delete(connection.sessionId)) continue;
      batch.push(factsOf(connection));
      if (batch.length === batchSize) await send();
    }
    for (const sessionId of stored) {
      if (connections.has(sessionId)) continue;
      const facts = await store.get(instanceId, sessionId);
      if (facts && !facts.closed) batch.push(closed(instanceId, sessionId, facts.lastActivityAt, "lost"));
      if (batch.length === batchSize) await send();
    }
    if (batch.length > 0) await send();
    mistrusted = false;
  }

  function renew(): Promise<void> {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    instanceId: () => instanceId,
    renew,
    async ensure() {
      const age = renewedAt === undefined ? Number.POSITIVE_INFINITY : clock.now() - renewedAt;
      // A clock that was set back says nothing of how long it was.
      if (age < 0 || age > leaseMs / 2) await renew();
    },
    isFormer: (id) => id === former,
    mistrust() {
      mistrusted = true;
    },
  };
}
