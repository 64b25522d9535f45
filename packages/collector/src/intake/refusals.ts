import { createLimiter } from "../lib/limiter.js";
import type { Log } from "../lib/logger.js";

/** One a minute for each application and kind: whoever sends nonsense must not fill the disk with what is said of it. */
const RATE = { rate: 1 / 60, burst: 1 };

/**
 * Says what was refused for its form, and why, but nothing of what was in it. A correct SDK sends nothing that is refused,
 * so an operator should hear of it. `why`: `field: reason`, of the first.
 */
export function createRefusalNotes(logger: Log, now: () => number) {
  const limiter = createLimiter(RATE, now);
  return (application: string, what: "events" | "beacon", count: number, why: string): void => {
    if (limiter.take(`${application}/${what}`) > 0) return;
    // Behind its first part a field's path has names of the page's own making.
    const [field = ""] = why.split(/[.[:]/, 1);
    const reason = why.slice(why.lastIndexOf(": ") + 2);
    logger.warn(`${what} refused`, { application, count, field, reason });
  };
}
