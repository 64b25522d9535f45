import type { Clock } from "./clock.js";
import type { EpochMs } from "./model/facts.js";
import type { ConnectionHandle, Identity, OpenOptions } from "./monitor.js";

export interface PresenceOptions {
  readonly clock: Clock;
  readonly idleMs: number;
  /** Presences at once. */
  readonly limit: number;
  readonly open: (options: OpenOptions) => ConnectionHandle;
}

export interface Presences {
  /** `undefined` when there are too many already. */
  seen(key: string, options: OpenOptions, identity?: Identity | null): ConnectionHandle | undefined;
  /** Closes those that were idle too long, at their last request. */
  expire(): void;
  clear(): void;
}

/**
 * Clients without a connection of their own: requests of one key are one presence, until none came for a while. A page
 * that is loaded again is no new one.
 */
export function createPresences({ clock, idleMs, limit, open }: PresenceOptions): Presences {
  // In the order of the last request: the first is the longest idle.
  const present = new Map<string, { readonly handle: ConnectionHandle; at: EpochMs }>();

  function expire(): void {
    for (const [key, { handle, at }] of present) {
      if (clock.now() - at < idleMs) return;
      present.delete(key);
      void handle.close("timeout", { at });
    }
  }

  return {
    seen(key, options, identity) {
      expire();
      const known = present.get(key);
      if (!known && present.size >= limit) return undefined;
      const handle = known?.handle ?? open(options);
      present.delete(key);
      present.set(key, { handle, at: clock.now() });
      if (known) handle.activity();
      if (identity) void handle.login(identity);
      if (identity === null) void handle.logout();
      return handle;
    },
    expire,
    clear: () => present.clear(),
  };
}
