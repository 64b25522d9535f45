export interface Lanes {
  /**
   * Runs an action when a lane is free, in the order of asking.
   *
   * @param signal gives up waiting; what runs already runs on.
   * @throws BusyError when too many wait already, or when no lane came free in time; what `signal` was aborted with.
   */
  run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface LaneOptions {
  /** Actions at a time. */
  lanes: number;
  /** Actions that may wait. */
  waiting: number;
  /** How long one waits, in ms. */
  waitMs: number;
}

/** Nothing can be begun at the moment. */
export interface BusyError extends Error {
  name: "BusyError";
}

export const isBusy = (error: unknown): error is BusyError => error instanceof Error && error.name === "BusyError";

/** So many at a time, so many waiting, so long. */
export function createLanes({ lanes, waiting, waitMs }: LaneOptions): Lanes {
  const queue = new Set<() => void>();
  let free = lanes;

  function lane(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    if (queue.size >= waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        queue.delete(enter);
        settle();
      };
      const enter = () => leave(resolve);
      const onAbort = () => leave(() => reject(signal?.reason));
      const timer = setTimeout(() => leave(() => reject(busy())), waitMs);
      signal?.addEventListener("abort", onAbort);
      queue.add(enter);
    });
  }

  return {
    async run(action, signal) {
      await lane(signal);
      try {
        return await action();
      } finally {
        const [next] = queue;
        // The lane goes on to whoever waits longest.
        if (next) next();
        else free += 1;
      }
    },
  };
}

function busy(): BusyError {
  return Object.assign(new Error("too much is asked at the moment"), { name: "BusyError" as const });
}
