import { setImmediate as nextTurn } from "node:timers/promises";

/** Longest stretch of work between two turns of the event loop. */
const STRETCH_MS = 5;

/**
 * For long work on the thread that also answers senders: call it between pieces; it lets other work run when a stretch
 * is over, and costs nothing otherwise.
 */
export function createBreather(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < STRETCH_MS) return undefined;
    return nextTurn().then(() => {
      since = performance.now();
    });
  };
}
