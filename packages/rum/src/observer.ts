import { guard, type Scope } from "@sojourn/core";

/** Whether the browser measures this type of entry. */
export const supports = (type: string): boolean =>
  !!globalThis.PerformanceObserver?.supportedEntryTypes?.includes(type);

/** How the document itself was loaded. */
export const navigationEntry = () =>
  performance.getEntriesByType("navigation")[0] as
    | (PerformanceNavigationTiming & { readonly activationStart?: number })
    | undefined;

/**
 * Every entry of these types in the order they ended, those from before included unless `buffered` is false; `lost` is
 * told how many of these the browser could not keep, where it says so (Chromium). The answer handles at once what the
 * browser still holds back: at an exit no later callback comes. Nothing is handled once the scope has stopped.
 */
export function observeEntries<E extends PerformanceEntry>(
  scope: Scope,
  types: readonly string[],
  handle: (entry: E) => void,
  options: PerformanceObserverInit & { durationThreshold?: number } = {},
  lost?: (count: number) => void,
): () => void {
  const known = types.filter(supports);
  if (!known.length) return () => {};
  const each = guard(scope.report, handle) as (entry: PerformanceEntry) => void;
  const all = guard(scope.report, (entries: PerformanceEntry[]) => {
    // The browser gives one type after the other.
    entries.sort((a, b) => a.startTime + a.duration - b.startTime - b.duration);
    for (const entry of entries) if (!scope.stopped) each(entry);
  });
  const observer = new PerformanceObserver((list, _observer, more?: { droppedEntriesCount?: number }) => {
    all(list.getEntries());
    lost?.(more?.droppedEntriesCount ?? 0);
  });
  scope.add(() => observer.disconnect());
  // Some browsers know a type but not this way to ask for it.
  const observe = guard(scope.report, (type: string) => observer.observe({ type, buffered: true, ...options }));
  known.forEach(observe);
  return () => all(observer.takeRecords());
}
