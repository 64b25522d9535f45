import { type Channel, createChannel } from "../channel.js";
import type { Scope } from "../scope.js";

/** Moments of a page's life that decide what may still be sent. */
export interface PageLifecycle {
  /**
   * The page may be gone after this: it was hidden, is unloading, or is being frozen. Comes again each time, because
   * hidden is the last event that a tab on a phone, or Firefox on tab close, is sure to deliver.
   */
  readonly exit: Channel<void>;
  /** The page is seen again: visible, or restored from the back/forward cache. */
  readonly visible: Channel<{ restored: boolean }>;
}

export function startLifecycle(scope: Scope): PageLifecycle {
  const exit = createChannel<void>(scope.report);
  const visible = createChannel<{ restored: boolean }>(scope.report);

  scope.listen(document, ["visibilitychange"], () => {
    if (document.visibilityState === "hidden") exit.emit();
    else visible.emit({ restored: false });
  });
  scope.listen(window, ["pagehide"], () => exit.emit());
  scope.listen(document, ["freeze"], () => exit.emit());
  scope.listen<PageTransitionEvent>(window, ["pageshow"], (event) => {
    if (event.persisted) visible.emit({ restored: true });
  });
  return { exit, visible };
}
