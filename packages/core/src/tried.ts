/** What `fn` answers, or `undefined` where it throws: for what the platform may refuse and nobody needs to hear of. */
export function tried<T>(fn: () => T): T | undefined {
  try {
    return fn();
  } catch {
    return undefined;
  }
}
