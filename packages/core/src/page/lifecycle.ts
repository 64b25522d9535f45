import { type Channel, createChannel } from "../channel.js";
import type { Scope } from "../scope.js";

/** Moments of a page's life that decide what may still be sent. */
export interface PageLifecycle {
  /**
   * The page may be gone after this: it was hidden, is unloading, or is being frozen. Comes again each time, because
   * hidden is the last event that a tab on a phone, or Firefox on tab close, is sure to deliver. `seen`: a person could
   * see the page until now.
   */
  readonly exit: Channel<{ seen: boolean }>;
  /** The page is seen again: visible, or restored from the back/forward cache. */
  readonly visible: Channel<{ restored: boolean }>;
}

export function startLifecycle(scope: Scope): PageLifecycle {
  const exit = createChannel<{ seen: boolean }>(scope.report);
  const visible = createChannel<{ restored: boolean }>(scope.report);
  let shown = isVisible();

  const leave = () => {
    const seen = shown;
    shown = false;
    exit.emit({ seen });
  };
  const show = (restored: boolean) => {
    shown = isVisible();
    visible.emit({ restored });
  };
  scope.listen(document, ["visibilitychange"], () => (isVisible() ? show(false) : leave()));
  scope.listen(window, ["pagehide"], leave);
  scope.listen(document, ["freeze"], leave);
  scope.listen<PageTransitionEvent>(window, ["pageshow"], (event) => {
    if (event.persisted) show(true);
  });
  return { exit, visible };
}

/** Somebody can see the page. */
export const isVisible = (): boolean => document.visibilityState === "visible";
