/** Stops what was started; a second call does nothing. */
export type Stop = () => void;

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Runs once after so many milliseconds. */
  after(ms: number, run: () => void): Stop;
}

export interface FeedOptions {
  /** Sends what there is. Answers true when there is more. */
  readonly step: () => Promise<boolean>;
  /** Between two looks, ± 10 %, ms. */
  readonly everyMs: number;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

export interface Feed {
  /** Looks now. Rejects when something could not be sent, which is also tried again by itself. */
  run(): Promise<void>;
  stop(): void;
}

const LONGEST_WAIT_MS = 300_000;

/** Looks again and again; after failures ever later, up to five minutes. */
export function startFeed({ step, everyMs, clock, random, onError }: FeedOptions): Feed {
  let stopped = false;
  let failures = 0;
  let wait: Stop = () => {};
  let running: Promise<void> | undefined;

  const run = (): Promise<void> => {
    running ??= (async () => {
      while (!stopped && (await step()));
    })().finally(() => {
      running = undefined;
    });
    return running;
  };
  function plan(): void {
    if (stopped) return;
    const ms = Math.min(everyMs * 2 ** failures, Math.max(everyMs, LONGEST_WAIT_MS)) * (0.9 + 0.2 * random());
    wait = clock.after(ms, () => {
      run()
        .then(
          () => {
            failures = 0;
          },
          (error) => {
            failures = Math.min(failures + 1, 10);
            onError(error);
          },
        )
        .finally(plan);
    });
  }
  plan();
  return {
    run,
    stop() {
      stopped = true;
      wait();
    },
  };
}
