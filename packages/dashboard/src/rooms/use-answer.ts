import { useState } from "preact/hooks";
import type { Answer, Problem } from "../api/client.js";
import { usePolling } from "../api/use-polling.js";

export interface Asked<T> {
  /** The newest answer; the one before while a changed question is open. */
  value: T | undefined;
  problem: Problem | undefined;
  /** The answer is to an earlier question. */
  stale: boolean;
  refresh: () => void;
}

/** How often a room looks again, in ms. */
const EVERY_MS = 30_000;

/** What the collector answers to a question, and again while the page is looked at. `key` changes with the question; `every` ms. */
export function useAnswer<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<Answer<T>>,
  every = EVERY_MS,
): Asked<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem?: Problem | undefined }>({ key: "" });
  const refresh = usePolling<T>({
    load,
    onAnswer: (answer) =>
      setState((before) => (answer.ok ? { key, value: answer.value } : { ...before, key, problem: answer.problem })),
    next: (answer) => (!answer.ok && answer.problem.kind === "signed-out" ? undefined : every),
    key,
  });
  return { value: state.value, problem: state.problem, stale: state.key !== key, refresh };
}
