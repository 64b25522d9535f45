/** Milliseconds since 1970. */
export type EpochMs = number;

/** Stops what was started; a second call does nothing. */
export type Stop = () => void;

/** Time as the registry sees it: the server's, never a client's. */
export interface Clock {
  now(): EpochMs;
  /** Runs once after so many milliseconds. */
  after(ms: number, run: () => void): Stop;
}

/** The machine's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Days since 1970, UTC. */
export const utcDay = (at: EpochMs): number => Math.floor(at / DAY);
