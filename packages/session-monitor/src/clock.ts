/** Stops what was started; a second call does nothing. */
export type Stop = () => void;

/** Time as the monitor sees it. */
export interface Clock {
  /** Wall time, milliseconds since 1970. */
  now(): number;
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
