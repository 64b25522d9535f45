/**
 * What the page gets for `answer`, the result of a `fetch`. `ended` and `failed` are told what becomes of it, and do not
 * throw.
 */
export function follow(answer: unknown, ended: (value: unknown) => void, failed: (error: unknown) => void): unknown {
  // What stands in for the browser's `fetch` may answer anything.
  if (typeof (answer as Promise<unknown> | undefined)?.then !== "function") return answer;
  const promise = answer as Promise<unknown>;
  const branch = promise.then(
    (value) => {
      ended(value);
      return value;
    },
    (error: unknown) => {
      failed(error);
      throw error;
    },
  );
  // The page gets the branch, so that a rejection which it leaves unhandled stays unhandled…
  const isPlain = Object.getPrototypeOf(promise) === Promise.prototype;
  if (isPlain && Reflect.ownKeys(promise).every((key) => key in branch)) return branch;
  // …but not in place of a promise that can more, such as `cancel()`. That one it gets itself. Then the branch must be
  // quiet: it would report a second rejection, also where the page handles the first. The price is that a rejection
  // which the page leaves unhandled is not announced any more; nobody can tell beforehand whether it will be handled.
  branch.then(undefined, () => {});
  return promise;
}
