import type { RelativeMs, Scope } from "@sojourn/core";

/** A scroll is a person's only this soon after an input: scripted scrolls are trusted events too. */
const SCROLL_AFTER_INPUT_MS = 1000;

/** Tells of what a person does, with its moment: click, key, touch, wheel, and the scrolling that follows an input. */
export function observeActivity(scope: Scope, allowUntrusted: boolean, onActivity: (at: RelativeMs) => void): void {
  let lastInput: number | undefined;

  const input = (counts: boolean) => (event: Event) => {
    if (!event.isTrusted && !allowUntrusted) return;
    lastInput = scope.clock.now();
    if (counts) onActivity(event.timeStamp as RelativeMs);
  };
  scope.listen(window, ["click", "keydown", "touchstart", "wheel"], input(true));
  // Pressing a pointer is no interaction yet, but a dragged scroll bar gives no other sign.
  scope.listen(window, ["pointerdown", "touchmove"], input(false));
  scope.listen(window, ["scroll"], (event) => {
    if (lastInput !== undefined && scope.clock.now() - lastInput <= SCROLL_AFTER_INPUT_MS)
      onActivity(event.timeStamp as RelativeMs);
  });
}
