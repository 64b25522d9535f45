import type { Answer } from "./client.js";

export interface PollingOptions<T> {
  load: (signal: AbortSignal) => Promise<Answer<T>>;
  onAnswer: (answer: Answer<T>) => void;
  /** ms to wait after this answer; `undefined` waits for {@link Polling.refresh}. */
  next: (answer: Answer<T>) => number | undefined;
  /** Whose visibility decides: a hidden page asks nothing. */
  page: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;
  /** Calls back after `ms`, and returns how to cancel. */
  setTimer: (run: () => void, ms: number) => () => void;
}

export interface Polling {
  /** Asks at once; an earlier question is dropped. */
  refresh(): void;
  stop(): void;
}

const MAX_BACKOFF_MS = 30_000;

/**
 * Asks now and then again and again while the page is visible. While nothing comes back the pauses double, up
 * to 30 s; becoming visible asks at once if a turn was missed.
 */
export function startPolling<T>({ load, onAnswer, next, page, setTimer }: PollingOptions<T>): Polling {
  let question: AbortController | undefined;
  let cancelTimer = () => {};
  let failures = 0;
  let missed = false;

  async function ask() {
    cancelTimer();
    question?.abort();
    missed = false;
    const own = new AbortController();
    question = own;
    const answer = await load(own.signal);
    if (own.signal.aborted) return;
    failures = !answer.ok && answer.problem.kind === "unreachable" ? failures + 1 : 0;
    onAnswer(answer);
    const pause = next(answer);
    if (pause !== undefined) cancelTimer = setTimer(turn, backoff(pause));
  }

  const backoff = (pause: number) => Math.min(Math.max(pause, MAX_BACKOFF_MS), pause * 2 ** Math.min(failures, 10));

  function turn() {
    if (page.visibilityState === "hidden") missed = true;
    else void ask();
  }

  function onVisibility() {
    if (missed && page.visibilityState !== "hidden") void ask();
  }

  page.addEventListener("visibilitychange", onVisibility);
  void ask();

  return {
    refresh: () => void ask(),
    stop() {
      page.removeEventListener("visibilitychange", onVisibility);
      cancelTimer();
      question?.abort();
    },
  };
}
