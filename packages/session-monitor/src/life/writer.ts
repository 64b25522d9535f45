import { breathe, type Clock, type Stop } from "../clock.js";
import { type Facts, join } from "../model/facts.js";
import type { Counters } from "./counters.js";

export interface WriterOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly random: () => number;
  /** Connections of one write. */
  readonly batchSize: number;
  /** Documents that may wait. */
  readonly queueLimit: number;
  /** How long a write gathers others, ms. */
  readonly gatherMs: number;
  /** How long anybody waits for the store, ms. */
  readonly waitMs: number;
  /** Puts a batch into the store. Adding the same twice must change nothing. */
  write(facts: readonly Facts[]): Promise<void>;
  /** The store is back after something was dropped. */
  onGap(): void;
  onError(error: unknown): void;
}

export interface Writer {
  /** Takes note; written soon. */
  add(facts: Facts): void;
  /** Takes note and writes at once. True once it is stored; false when that fails or takes too long: it is tried again then. */
  save(facts: Facts): Promise<boolean>;
  /** Writes all that waits, once. True when nothing is left. */
  flush(): Promise<boolean>;
  stop(): void;
}

const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 30_000;

/**
 * What waits for the store: one state for each connection, however many events, so that an outage costs memory for
 * connections that changed and not for what happened. States are added to what is stored, so a write of which nobody
 * knows whether it arrived is simply made again.
 */
export function createWriter(options: WriterOptions): Writer {
  const { clock, counters, batchSize, queueLimit } = options;
  const waiting = new Map<string, Facts>();
  const awaited = new Map<string, ((stored: boolean) => void)[]>();
  let timer: Stop | undefined;
  let running: Promise<boolean> | undefined;
  let retryMs = RETRY_FIRST_MS;
  let failing = false;
  let gap = false;
  let stopped = false;

  const keyOf = ({ instanceId, sessionId }: Facts) => JSON.stringify([instanceId, sessionId]);

  function answer(key: string, stored: boolean): void {
    for (const resolve of awaited.get(key) ?? []) resolve(stored);
    awaited.delete(key);
  }

  function add(facts: Facts): void {
    const key = keyOf(facts);
    const before = waiting.get(key);
    waiting.set(key, before ? join(before, facts) : facts);
    if (waiting.size > queueLimit) drop();
    counters.waiting = waiting.size;
    if (!failing) schedule(options.gatherMs);
  }

  function drop(): void {
    const [oldest] = waiting.keys();
    if (oldest === undefined) return;
    waiting.delete(oldest);
    answer(oldest, false);
    counters.dropped += 1;
    gap = true;
  }

  function schedule(ms: number): void {
    if (timer || stopped) return;
    timer = clock.after(ms, () => {
      timer = undefined;
      void flush();
    });
  }

  function save(facts: Facts): Promise<boolean> {
    add(facts);
    const key = keyOf(facts);
    return new Promise((resolve) => {
      // Whoever asks while the store is away is not kept waiting: the next try has its own time.
      if (failing) return resolve(false);
      const cancel = clock.after(options.waitMs, () => resolve(false));
      const settle = (stored: boolean) => {
        cancel();
        resolve(stored);
      };
      awaited.set(key, [...(awaited.get(key) ?? []), settle]);
      void flush();
    });
  }

  /** One run at a time: what comes meanwhile is part of it. */
  function flush(): Promise<boolean> {
    if (waiting.size === 0) return Promise.resolve(true);
    running ??= run();
    return running;
  }

  async function run(): Promise<boolean> {
    while (waiting.size > 0) {
      const batch: [string, Facts][] = [];
      for (const entry of waiting) {
        batch.push(entry);
        if (batch.length === batchSize) break;
      }
      try {
        await options.write(batch.map(([, facts]) => facts));
      } catch (error) {
        counters.failedWrites += 1;
        options.onError(error);
        failed(batch);
        running = undefined;
        return false;
      }
      for (const [key, facts] of batch) {
        // What was added meanwhile stays, and brings what was just written along.
        if (waiting.get(key) !== facts) continue;
        waiting.delete(key);
        answer(key, true);
      }
      counters.waiting = waiting.size;
      recovered();
      if (waiting.size > 0) await breathe();
    }
    // In the same step as the look above: what comes next begins a run of its own.
    running = undefined;
    return true;
  }

  function failed(batch: readonly [string, Facts][]): void {
    failing = true;
    for (const [key] of batch) answer(key, false);
    for (const key of [...awaited.keys()]) answer(key, false);
    timer?.();
    timer = undefined;
    schedule(retryMs * (0.5 + options.random()));
    retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
  }

  function recovered(): void {
    failing = false;
    retryMs = RETRY_FIRST_MS;
    if (!gap) return;
    gap = false;
    options.onGap();
  }

  return {
    add,
    save,
    flush,
    stop() {
      stopped = true;
      timer?.();
      timer = undefined;
      for (const key of [...awaited.keys()]) answer(key, false);
    },
  };
}
