import type { Clock, Stop } from "../clock.js";

export interface JobsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** True when this instance may run the job now. */
  readonly acquire: (job: string, ttlMs: number) => Promise<boolean>;
  onError(error: unknown): void;
}

export interface Jobs {
  /**
   * Runs work again and again, about `everyMs` apart, on one instance at a time.
   *
   * @throws Error when there is a job of this name: two of one name once meant that one never ran
   */
  add(name: string, everyMs: number, work: () => Promise<unknown>): void;
  stop(): void;
}

export function createJobs({ clock, random, acquire, onError }: JobsOptions): Jobs {
  const timers = new Map<string, Stop>();
  let stopped = false;

  return {
    add(name, everyMs, work) {
      if (timers.has(name)) throw new Error(`there is a job "${name}" already; every job needs a name of its own`);
      const next = () => {
        // Instances that started together do not stay together.
        const ms = everyMs * (0.9 + 0.2 * random());
        timers.set(
          name,
          clock.after(ms, () => void run()),
        );
      };
      const run = async () => {
        try {
          // Held over the pause too, so that the same instance goes on while it lives.
          if (await acquire(name, everyMs * 2)) await work();
        } catch (error) {
          onError(error);
        }
        if (!stopped) next();
      };
      next();
    },
    stop() {
      stopped = true;
      for (const stop of timers.values()) stop();
      timers.clear();
    },
  };
}
