import { guard, type Scope } from "@sojourn/core";

/** Whether the browser measures this type of entry. */
export const supports = (type: string): boolean =>
  typeof PerformanceObserver !== "undefined" && !!PerformanceObserver.supportedEntryTypes?.includes(type);

/**
 * Every entry of a type, those from before included. The answer handles at once what the browser still holds back:
 * at an exit no later callback comes.
 */
export function observeEntries(scope: Scope, type: string, handle: (entry: PerformanceEntry) => void): () => void {
  if (!supports(type)) return () => {};
  const each = guard(scope.report, handle);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) each(entry);
  });
  observer.observe({ type, buffered: true });
  scope.add(() => observer.disconnect());
  return () => {
    for (const entry of observer.takeRecords()) each(entry);
  };
}
