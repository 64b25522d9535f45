/** Where errors of the SDK's own go. Never throws. */
export type Report = (error: unknown) => void;

/** `fn`, except that whatever it throws is reported instead, and the answer is then `undefined`. */
export function guard<This, A extends unknown[], R>(
  report: Report,
  fn: (this: This, ...args: A) => R,
): (this: This, ...args: A) => R | undefined {
  return function (...args) {
    try {
      return fn.apply(this, args);
    } catch (error) {
      report(error);
      return undefined;
    }
  };
}

/** Warns on the console, at most `limit` times, so that an error in a loop cannot flood it. */
export function createReport(limit = 10): Report {
  let left = limit;
  return (error) => {
    if (left-- > 0) console.warn("[sojourn]", error);
  };
}
