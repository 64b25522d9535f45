import { useEffect, useRef } from "preact/hooks";
import type { Answer } from "./client.js";
import { type Polling, startPolling } from "./polling.js";

export interface UsePolling<T> {
  load: (signal: AbortSignal) => Promise<Answer<T>>;
  onAnswer: (answer: Answer<T>) => void;
  /** ms to wait after this answer; `undefined` waits for the returned `refresh`. */
  next: (answer: Answer<T>) => number | undefined;
  /** A change of it asks at once. */
  key: string;
}

/** {@link startPolling} for the life of a component. Returns a function that asks at once. */
export function usePolling<T>({ load, onAnswer, next, key }: UsePolling<T>): () => void {
  const latest = useRef({ load, onAnswer, next });
  latest.current = { load, onAnswer, next };
  const polling = useRef<Polling>(undefined);

  // Only `key` begins anew: the functions are read at the moment of their use.
  useEffect(() => {
    polling.current = startPolling<T>({
      load: (signal) => latest.current.load(signal),
      onAnswer: (answer) => latest.current.onAnswer(answer),
      next: (answer) => latest.current.next(answer),
      page: document,
      setTimer(run, ms) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    });
    return () => polling.current?.stop();
  }, [key]);

  return () => polling.current?.refresh();
}
