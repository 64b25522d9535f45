import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Whether the reader is busy with a part of the page, so that nothing should move under the pointer: it is hovered, has
 * the focus, or its top is scrolled out of sight. `onFree` is called when that ends.
 */
export function useBusy(part: RefObject<HTMLElement | null>, onFree: () => void): () => boolean {
  const free = useRef(onFree);
  free.current = onFree;

  const isBusy = () => {
    const element = part.current;
    if (!element) return false;
    return element.matches(":hover, :focus-within") || element.getBoundingClientRect().top < 0;
  };

  useEffect(() => {
    const look = () => {
      if (!isBusy()) free.current();
    };
    // When focus or pointer have left, the selectors say so only after the event.
    const later = () => setTimeout(look);
    const events = ["pointerout", "focusout", "scroll"] as const;
    for (const event of events) addEventListener(event, later, { passive: true });
    return () => {
      for (const event of events) removeEventListener(event, later);
    };
  }, []);

  return isBusy;
}
