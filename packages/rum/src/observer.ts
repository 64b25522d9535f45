import { guard, type Scope } from "@sojourn/core";

/** Whether the browser measures this type of entry. */
export const supports = (type: string): boolean =>
  typeof PerformanceObserver !== "undefined" && !!PerformanceObserver.supportedEntryTypes?.includes(type);

/**
 * Every entry of a type, those from before included unless `buffered` is false; `lost` is told how many of these the
 * browser could not keep, where it says so (Chromium). The answer handles at once what the browser still holds back: at an
 * exit no later callback comes. Nothing is handled once the scope has stopped.
 */
export function observeEntries<E extends PerformanceEntry>(
  scope: Scope,
  type: string,
  handle: (entry: E) => void,
  buffered = true,
  lost?: (count: number) => void,
): () => void {
  if (!supports(type)) return () => {};
  const each = guard(scope.report, handle) as (entry: PerformanceEntry) => void;
  const all = guard(scope.report, (entries: PerformanceEntry[]) => {
    for (const entry of entries) if (!scope.stopped) each(entry);
  });
  const observer = new PerformanceObserver((list, _observer, more?: { droppedEntriesCount?: number }) => {
    all(list.getEntries());
    lost?.(more?.droppedEntriesCount ?? 0);
  });
  try {
    observer.observe({ type, buffered });
  } catch (error) {
    // Some browsers know the type but not this way to ask for it.
    scope.report(error);
    return () => {};
  }
  scope.add(() => observer.disconnect());
  return () => all(observer.takeRecords());
}
