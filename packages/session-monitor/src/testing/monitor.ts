import { createSessionMonitor, type SessionMonitor } from "../monitor.js";
import type { MonitorOptions } from "../options.js";
import { createMemoryStore } from "../stores/memory.js";
import type { SessionStore } from "../stores/store.js";
import { createManualClock, type ManualClock } from "./clock.js";

export interface Setup {
  readonly clock: ManualClock;
  readonly store: SessionStore;
  readonly monitor: SessionMonitor;
}

/** A monitor whose time and chance are ours, on a store in memory. */
export function setUp(options: Partial<MonitorOptions> = {}): Setup {
  const clock = (options.clock as ManualClock | undefined) ?? createManualClock();
  const store = options.store ?? createMemoryStore({ now: clock.now });
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id${ids}`;
  };
  const monitor = createSessionMonitor({ random: () => 0.5, newId, ...options, clock, store });
  return { clock, store, monitor };
}

/** A store of which calls can be made to fail or to wait. */
export function createUnreliableStore(store: SessionStore): SessionStore & {
  fail: (call: keyof SessionStore, times?: number) => void;
  hold: (call: keyof SessionStore) => () => void;
  readonly calls: string[];
} {
  const failing = new Map<string, number>();
  const held = new Map<string, Promise<void>>();
  const calls: string[] = [];
  const wrapped = Object.fromEntries(
    Object.entries(store).map(([name, call]) => [
      name,
      name === "overlapping"
        ? call
        : async (...values: unknown[]) => {
            calls.push(name);
            await held.get(name);
            const left = failing.get(name) ?? 0;
            if (left > 0) {
              failing.set(name, left - 1);
              throw new Error(`${name}: the store is away`);
            }
            return (call as (...values: unknown[]) => unknown)(...values);
          },
    ]),
  ) as unknown as SessionStore;
  return {
    ...wrapped,
    calls,
    fail: (call, times = Number.POSITIVE_INFINITY) => void failing.set(call, times),
    hold(call) {
      let release = () => {};
      held.set(call, new Promise((resolve) => (release = resolve)));
      return () => {
        held.delete(call);
        release();
      };
    },
  };
}
