/** Where errors of the SDK's own go; never throws. `cost`: what its own code takes of the page's time, where somebody asks. */
export type Report = ((error: unknown) => void) & { readonly cost?: Cost };

/** Main-thread time in everything that {@link guard} runs. */
export interface Cost {
  /** Milliseconds so far, as precise as the page's clock is. */
  ms: number;
  /** How many guarded functions are running, one inside the other. */
  depth: number;
}

/** The outermost zone of Angular's zone.js, where a page has it. */
interface Zones {
  Zone?: { root?: { run<R>(fn: unknown, self: unknown, args: unknown[]): R } };
}

/**
 * `fn`, except that whatever it throws is reported instead, and the answer is then `undefined`. In a page of Angular's it
 * runs outside of the application's zone: there, each timer, promise and listener of ours would be a round of change
 * detection.
 */
export function guard<This, A extends unknown[], R>(
  report: Report,
  fn: (this: This, ...args: A) => R,
): (this: This, ...args: A) => R | undefined {
  return function (...args) {
    const { cost = { ms: 0, depth: 0 } } = report;
    // Whoever calls us from within our own has counted already.
    const since = cost.depth++ ? 0 : performance.now();
    try {
      const zone = (globalThis as Zones).Zone?.root;
      return zone ? zone.run(fn, this, args) : fn.apply(this, args);
    } catch (error) {
      report(error);
      return undefined;
    } finally {
      if (!--cost.depth) cost.ms += performance.now() - since;
    }
  };
}

/** Warns on the console, at most `limit` times, so that an error in a loop cannot flood it. */
export function createReport(limit = 10): Report {
  let left = limit;
  const report = (error: unknown) => {
    if (left-- > 0) console.warn("[sojourn]", error);
  };
  return Object.assign(report, { cost: { ms: 0, depth: 0 } });
}
