/** Stops what was started; a second call does nothing. */
export type Stop = () => void;

/** Time as the monitor sees it. */
export interface Clock {
  /** Wall time, milliseconds since 1970. */
  now(): number;
  /** Runs once after so many milliseconds. */
  after(ms: number, run: () => void): Stop;
}

/** Lets everything else that waits have its turn: what follows one another without a pause would stop a server for seconds. */
export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The machine's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
